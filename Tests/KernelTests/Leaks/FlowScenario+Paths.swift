import NetworkTypes

// Flows whose path becomes another's.
extension FlowScenario {
    /// A datagram flow that conntrack knew before the table came and nobody has answered; now it is to go by a tunnel.
    static func olderUnanswered(_ family: AddressFamily, _ mutate: Mutation) throws -> End {
        let policy = try GroundPolicy(RoutingTests.profile)
        let (table, tunnels) = (mutated(policy.table(), mutate), policy.tunnels)
        return try Ground.run { ground in
            try ground.track()
            let old = GroundSocket(.udp, family, as: .alice)
            _ = old.connect(endpoint("\(family.host):9000"))
            old.send([1])
            guard ground.takeSeen().map(\.device) == [Ground.device] else { return .wrong("it did not leave before") }
            try ground.route(tunnels)
            try ground.replace(table)
            // The outside had no such service and said so: that error is not of interest.
            _ = old.pendingError
            let error = old.send([2])
            let seen = ground.takeSeen()
            if let packet = seen.first { return packet.isOfItsDevice ? .wrong("\(packet)") : .leaked }
            return error != 0 ? .cut : .wrong("the sender is not told")
        }
    }

    /// bob's connection leaves directly, and then his rule says that it leaves by the tunnel.
    static func connectionThatMoves(_ family: AddressFamily, _ mutate: Mutation) throws -> End {
        let policy = try GroundPolicy(RoutingTests.profile)
        let first = mutated(policy.table(epoch: 7), mutate)
        let second = try mutated(GroundPolicy(RoutingTests.text(roaming: "vpn")).table(epoch: 8), mutate)
        let tunnels = policy.tunnels
        return try Ground.run { ground in
            try ground.apply(first, paths: tunnels)
            let socket = GroundSocket(.tcp, family, as: .bob)
            guard socket.connect(endpoint("\(family.host):443")) == 0 else { return .wrong("no connection") }
            try ground.apply(second, paths: tunnels, staleEpoch: 7)
            _ = ground.takeSeen()
            socket.send([1])
            let isTold = socket.send([2]) != 0
            if !ground.takeSeen().isEmpty { return .leaked }
            return isTold ? .cut : .wrong("the sender is not told")
        }
    }
}
