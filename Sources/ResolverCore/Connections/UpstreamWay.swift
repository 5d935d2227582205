package import NetworkTypes

/// The way from this device to an upstream, as the addresses show it that connections leave from: another one there is
/// another network, or another way out of the same.
///
/// The kernel tells of changes, but a connection may be made before that is heard: so each is looked at, too.
package struct UpstreamWay {
    /// Grows with every change: what was given on one way, such as a ticket, is not shown on the next.
    package private(set) var epoch: UInt64 = 0
    /// Where connections have left from, by the number of the upstream's address.
    private var sources: [Int: IPAddress] = [:]
    /// The address that was connected to last.
    private var last: Int?

    package init() {}

    /// A connection leaves from `source` towards one of the upstream's addresses; `current` is as for ``hasMoved(_:)``.
    /// Whether that shows another way than before: then this is the first connection of a new epoch.
    package mutating func leaves(
        from source: IPAddress?, towards address: Int, current: (Int) -> IPAddress?
    ) -> Bool {
        let hasMoved = sources[address].map { $0 != source } ?? hasMoved(current)
        if hasMoved { begin() }
        sources[address] = source
        last = address
        return hasMoved
    }

    /// Whether packets leave from another address than the last connection did, or not at all: then connections are of
    /// no more use. `current` tells where from packets leave now towards one of the upstream's addresses; nil when
    /// it cannot be reached. Changes elsewhere, such as a container's, do not matter.
    package func hasMoved(_ current: (Int) -> IPAddress?) -> Bool {
        guard let last, let source = sources[last] else { return false }
        return current(last) != source
    }

    /// The way is another one, or may be.
    package mutating func begin() {
        epoch += 1
        sources = [:]
        last = nil
    }
}
