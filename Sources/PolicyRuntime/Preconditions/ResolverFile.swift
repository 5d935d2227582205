internal import NetworkTypes

/// The machine's resolv.conf: whom its programs are told to ask. The tables capture their questions whomever they ask; what
/// this file says decides what happens while the tables are not there.
struct ResolverFile: Equatable {
    static let path = "/etc/resolv.conf"

    let contents: SystemFile.Contents
    /// What it is a link to; nil for a file.
    let linkTarget: String?

    /// `listeners`: the addresses at whose port 53 the resolver listens; at least one.
    func findings(listeners: [IPAddress]) -> [Finding] {
        finding(listeners).map { what in
            [
                Finding(
                    what, at: ResolverFile.path, remedy: "make it a file that says `nameserver \(listeners[0])`",
                    concern: .names)
            ]
        } ?? []
    }

    private func finding(_ listeners: [IPAddress]) -> String? {
        switch contents {
        case .missing:
            let what = linkTarget.map { "leads to `\($0)`, which is not there" } ?? "is not there"
            return isOurs(ResolverFile.usualServer, listeners) ? nil : what + ResolverFile.usually
        case .unreadable(let reason): return "cannot be read (\(reason)): nobody knows whom programs ask"
        case .text(let text): return finding(NameServerConfiguration(text).nameServers, listeners)
        }
    }

    private func finding(_ servers: [NameServerConfiguration.NameServer], _ listeners: [IPAddress]) -> String? {
        if servers.isEmpty, !isOurs(ResolverFile.usualServer, listeners) {
            return "names no server" + ResolverFile.usually
        }
        let others = servers.filter { $0.zone != nil || !isOurs($0.address, listeners) }
        if !others.isEmpty {
            return "sends programs to \(others.map(\.description).joined(separator: ", ")), past the resolver when no "
                + "table captures their questions"
        }
        return linkTarget.flatMap { target in
            ResolverFile.isVolatile(target) ? "is a link to `\(target)`, which another program writes" : nil
        }
    }

    private func isOurs(_ address: IPAddress, _ listeners: [IPAddress]) -> Bool {
        listeners.contains(address)
            || address.isLoopback && listeners.contains { AddressClassification($0) == .unspecified }
    }

    /// Whom the C library asks where nobody is named (resolv.conf(5)).
    private static let usualServer = IPAddress.v4(IPv4Address(127, 0, 0, 1))
    private static let usually = ": programs ask 127.0.0.1"

    /// Below /run, where programs write and nobody else: systemd-resolved, NetworkManager, resolvconf.
    private static func isVolatile(_ target: String) -> Bool {
        target.split(separator: "/").first { $0 != ".." && $0 != "var" } == "run"
    }
}
