import NetworkTypes
import TestSupport
import Testing

/// What a profile means on the wire: real sockets of different users, the kernel of this machine, and a recorder at
/// the other end of the cable.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct KernelTruthTableTests {
    @Test func everyRowHolds() throws {
        let policy = try GroundPolicy()
        let (table, tunnels) = (policy.table(), policy.tunnels)
        let fates = try Ground.run { ground in
            try ground.apply(table, paths: tunnels)
            return TruthTable.fates(of: TruthTable.rows, on: ground)
        }
        for (row, fate) in zip(TruthTable.rows, fates) {
            #expect(fate == row.expected, "\(row)")
        }
    }

    /// The senders of the table are threads that open sockets as somebody: processes fare the same.
    @Test(.enabled(if: Repository.hasTool("setpriv"), "no `setpriv`: run `make deps`"))
    func aProcessFaresAsItsUser() throws {
        let table = try GroundPolicy().table()
        let (alice, eve, seen) = try Ground.run { ground in
            try ground.apply(table)
            let connect = { (identity: Identity) in
                CommandResult.run(
                    "setpriv",
                    [
                        "--reuid", "\(identity.userNumber)", "--regid", "\(identity.groupNumber)", "--clear-groups",
                        "bash", "-c", "exec 3<>/dev/tcp/198.51.100.80/443",
                    ]
                ).status
            }
            _ = ground.takeSeen()
            let eve = connect(.eve)
            let seen = ground.takeSeen()
            return (connect(.alice), eve, seen)
        }
        #expect(alice == .exited(0))
        #expect(eve == .exited(1))
        #expect(seen == [])
    }
}

extension TruthTable {
    /// What became of each row's probe.
    static func fates(of rows: [TruthRow], on ground: Ground, services: [Stub] = []) -> [Probe.Fate] {
        let stub = Stub()
        let others = ["127.0.0.1:\(localPort)", "[::1]:\(localPort)"].map { text in
            let endpoint = KernelTests.endpoint(text)
            let socket = GroundSocket(.tcp, endpoint.address.family, as: .root)
            socket.listen(endpoint)
            return socket
        }
        return withExtendedLifetime(others) {
            rows.map { $0.probe.run(on: ground, stub: stub, services: services) }
        }
    }
}
