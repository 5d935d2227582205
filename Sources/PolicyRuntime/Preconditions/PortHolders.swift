internal import LinuxIO
internal import NetfilterBackend
internal import NetworkTypes

/// Who else listens where this machine's programs ask for names. While the tables are in force nobody's question reaches
/// them; without them, or where such a program was faster, they are whom programs ask.
struct PortHolders: Equatable {
    static let port: UInt16 = 53

    let sockets: [ListeningSocket]

    /// `listeners`: the resolver's addresses at the port. `users`: who may have made its sockets. `name`: of a user.
    func findings(listeners: [IPAddress], users: Set<UInt32>, name: (UInt32) -> String?) -> [Finding] {
        var found: [Holder: Set<TransportProtocol>] = [:]
        for socket in sockets where socket.port == PortHolders.port && isInTheWay(socket, listeners, users) {
            found[Holder(address: socket.address, user: socket.user), default: []].insert(socket.transport)
        }
        return found.map { holder, transports in
            finding(holder, transports, isOurs: listeners.contains(holder.address), name)
        }.sorted { $0.line < $1.line }
    }

    private struct Holder: Hashable {
        let address: IPAddress
        let user: UInt32
    }

    /// On addresses of the machine's links others may serve containers and guests.
    private func isInTheWay(_ socket: ListeningSocket, _ listeners: [IPAddress], _ users: Set<UInt32>) -> Bool {
        let kind = AddressClassification(socket.address)
        guard kind == .loopback || kind == .unspecified || listeners.contains(socket.address) else { return false }
        return !(listeners.contains(socket.address) && users.contains(socket.user))
    }

    private func finding(
        _ holder: Holder, _ transports: Set<TransportProtocol>, isOurs: Bool, _ name: (UInt32) -> String?
    ) -> Finding {
        let user = name(holder.user).map { "user `\($0)`" } ?? "user \(holder.user)"
        let protocols = transports.map { $0.rawValue.uppercased() }.sorted().joined(separator: " and ")
        return Finding(
            isOurs
                ? "a program of \(user) has the resolver's place" : "a program of \(user) listens beside the resolver",
            at: "\(protocols) \(Endpoint(address: holder.address, port: PortHolders.port))",
            remedy: PortHolders.stubs.contains(holder.address)
                ? "stop it; for systemd-resolved, `DNSStubListener=no` in /etc/systemd/resolved.conf will do"
                : "stop it, or have it listen at another port", concern: .names)
    }

    /// Of systemd-resolved.service(8).
    private static let stubs: Set<IPAddress> = [.v4(IPv4Address(127, 0, 0, 53)), .v4(IPv4Address(127, 0, 0, 54))]
}
