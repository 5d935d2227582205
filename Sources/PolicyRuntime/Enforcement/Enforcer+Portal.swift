internal import Bundle
internal import NetfilterBackend
internal import NetworkTypes
internal import Ruleset

/// The sets of a table that open the way through a captive portal; none where its profile has no portal.
enum PortalSets {
    static func of(_ table: Table) -> [NamedSet] {
        ([PortalSettings.openSet] + AddressFamily.allCases.map { PortalSettings.resolverSet($0) }).compactMap {
            table.set($0)
        }
    }
}

/// What the kernel says of a portal that is open.
struct PortalWindow: Equatable {
    /// Until it closes by itself; what would never close has the highest number.
    let remainingMilliseconds: UInt64
    let resolvers: [IPAddress]
}

extension IPAddress {
    /// Of an element of four or of sixteen bytes.
    fileprivate init(_ value: FieldValue) {
        self =
            value.byteCount == 4
            ? .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: value.number)))
            : .v6(
                IPv6Address(
                    high: UInt64(truncatingIfNeeded: value.number >> 64), low: UInt64(truncatingIfNeeded: value.number))
            )
    }
}

// The way through a captive portal: elements that go by themselves.
extension Enforcer {
    /// For that long from now, whatever it was before.
    mutating func open(
        _ portal: PortalSettings, resolvers: [IPAddress], milliseconds: UInt64, in table: Table
    ) throws(PolicyFailure) {
        var batch = NetfilterBatch()
        for set in PortalSets.of(table) { batch.empty(set, of: table) }
        for (name, elements) in portal.contents(resolvers) {
            guard let set = table.set(name) else { continue }
            for element in elements { batch.add(element, to: set, of: table, milliseconds: milliseconds) }
        }
        try commitPortal(batch, of: table)
    }

    mutating func closePortal(in table: Table) throws(PolicyFailure) {
        var batch = NetfilterBatch()
        for set in PortalSets.of(table) { batch.empty(set, of: table) }
        try commitPortal(batch, of: table)
    }

    /// Nil when it is closed.
    func portalWindow(in table: Table) throws(PolicyFailure) -> PortalWindow? {
        do {
            var longest: UInt64?
            var resolvers: [IPAddress] = []
            for set in PortalSets.of(table) {
                let elements = try connection.readElements(of: set, in: table)
                if set.name == PortalSettings.openSet {
                    longest = elements.map { $0.remainingMilliseconds ?? .max }.max()
                } else {
                    resolvers += elements.map { IPAddress($0.element.lower) }
                }
            }
            return longest.map { PortalWindow(remainingMilliseconds: $0, resolvers: resolvers.sorted()) }
        } catch {
            throw PolicyFailure(error)
        }
    }

    /// Makes the next datagram of what left by the portal be judged as a new flow's.
    func forgetPortalFlows(_ portal: PortalSettings, epoch: UInt16) {
        _ = try? connection.deleteDatagramFlows(
            mark: MarkLayout.epochBits(epoch) | portal.number.bits, mask: MarkLayout.epochAndSubject)
    }

    /// What is open, to be open no longer in a table that is made anew; what never closes is left out.
    func portalElements(
        in table: Table
    ) throws(NetfilterFailure) -> [(set: NamedSet, element: SetElement, milliseconds: UInt64)] {
        var found: [(set: NamedSet, element: SetElement, milliseconds: UInt64)] = []
        for set in PortalSets.of(table) {
            for (element, milliseconds) in try connection.readElements(of: set, in: table) {
                guard let milliseconds, milliseconds > Enforcer.renewalMilliseconds else { continue }
                found.append((set, element, milliseconds - Enforcer.renewalMilliseconds))
            }
        }
        return found
    }

    /// More than lies between reading elements and putting them into a table that is made anew.
    private static let renewalMilliseconds: UInt64 = 250

    /// The monitor is away meanwhile: it tells of what others do.
    private mutating func commitPortal(_ batch: NetfilterBatch, of table: Table) throws(PolicyFailure) {
        do {
            try monitor.leave()
            defer { try? monitor.join() }
            try connection.commit(batch)
        } catch {
            throw PolicyFailure(error, tables: [table])
        }
    }
}
