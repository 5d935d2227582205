internal import CLinux
internal import Glibc

/// The sockets that a service manager opened for this process: LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES.
package struct ActivatedSockets: ~Copyable {
    /// A manager passes a handful; more than this is not its doing.
    package static let maximumCount = 64
    private static let firstDescriptor: CInt = 3

    package enum Kind: Equatable, Sendable {
        case datagram
        case listeningStream
        case other
    }

    /// One of them, before it is taken.
    package struct Entry: Equatable, Sendable {
        package let name: String
        package let kind: Kind
        fileprivate let descriptor: CInt
    }

    package private(set) var entries: [Entry] = []

    /// Takes over what was passed to this very process, once: the variables are removed.
    package init() {
        defer { for name in ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"] { unsafe unsetenv(name) } }
        let names = ActivatedSockets.names(
            count: Environment["LISTEN_FDS"], process: Environment["LISTEN_PID"], names: Environment["LISTEN_FDNAMES"],
            ownIdentifier: Environment.processIdentifier)
        for (index, name) in names.enumerated() {
            let descriptor = ActivatedSockets.firstDescriptor + CInt(index)
            guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { continue }
            entries.append(Entry(name: name, kind: ActivatedSockets.kind(of: descriptor), descriptor: descriptor))
        }
    }

    deinit { for entry in entries { _ = Glibc.close(entry.descriptor) } }

    /// Takes ownership of the first of ``entries`` away; nil when none is left.
    package mutating func takeFirst() -> Descriptor? {
        guard !entries.isEmpty else { return nil }
        return Descriptor(owning: entries.removeFirst().descriptor)
    }

    /// The first descriptor of that name which is no socket: one that an earlier process gave the manager to keep
    /// (``ServiceNotifier/store(_:name:)``). Others of that name are closed.
    package mutating func takeStored(name: String) -> Descriptor? {
        let stored = entries.filter { $0.name == name && $0.kind == .other }
        entries.removeAll { stored.contains($0) }
        for entry in stored.dropFirst() { _ = Glibc.close(entry.descriptor) }
        return stored.first.map { Descriptor(owning: $0.descriptor) }
    }

    /// The name of each socket passed; empty when they are not for this process.
    static func names(count: String?, process: String?, names: String?, ownIdentifier: Int32) -> [String] {
        guard let count = count.flatMap({ Int($0) }), (1...maximumCount).contains(count),
            let process = process.flatMap({ Int32($0) }), process == ownIdentifier
        else { return [] }
        let given = names.map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) } ?? []
        return (0..<count).map { $0 < given.count && !given[$0].isEmpty ? given[$0] : "unknown" }
    }

    private static func kind(of descriptor: CInt) -> Kind {
        var type: CInt = 0
        var isListening: CInt = 0
        // Two ints on the stack.
        guard unsafe enigm_socket_kind(descriptor, &type, &isListening) == 0,
            enigm_local_endpoint(descriptor).family != 0
        else { return .other }
        if type == CInt(SOCK_DGRAM.rawValue) { return .datagram }
        return type == CInt(SOCK_STREAM.rawValue) && isListening == 1 ? .listeningStream : .other
    }
}
