import Glibc
import NetworkTypes
import Ruleset

/// Short plays with flows; the tests want one end of each, and with a mutant's table another.
enum FlowScenario {
    enum End: Hashable, Sendable {
        /// The stub got it and the outside nothing.
        case captured
        /// The sender got an error and the outside nothing.
        case cut
        /// The outside got it.
        case leaked
        case wrong(String)
    }

    /// A UDP flow to port 53 that conntrack knew before the table came, and that nobody makes it forget.
    static func olderDatagrams(_ table: Table) throws -> End {
        try Ground.run { ground in
            try ground.track()
            let old = GroundSocket(.udp, .v4, as: .bob)
            _ = old.connect(endpoint("198.51.100.80:53"))
            old.send([1])
            guard ground.takeSeen().count == 1 else { return .wrong("without rules it did not leave") }
            let stub = Stub()
            try ground.replace(table)
            // The outside had no such service and said so: that error is not of interest.
            _ = old.pendingError
            let error = old.send([2])
            if !ground.takeSeen().isEmpty { return .leaked }
            if stub.receives([2]) { return .captured }
            return error != 0 ? .cut : .wrong("nobody got it and the sender was not told")
        }
    }

    /// An allowed sender's answered UDP flow, and another sender on its source port.
    static func stolenPort(_ table: Table, afterClose: Bool) throws -> End {
        try Ground.run { ground in
            try ground.apply(table)
            let service = ground.outside.spareDatagrams[0]
            let destination = endpoint("198.51.100.241:9000")
            let source = endpoint("\(Ground.address4):40000")
            service.listen(destination)
            var allowed: GroundSocket? = GroundSocket(.udp, .v4, as: .bob)
            allowed?.bind(source)
            allowed?.send([1], to: destination)
            _ = service.receive()
            service.send([9], to: source)
            guard allowed?.receive() == [9] else { return .wrong("the allowed sender got no answer") }
            _ = ground.takeSeen()
            if afterClose { allowed = nil }
            let thief = GroundSocket(.udp, .v4, as: .eve)
            guard thief.bind(source) == 0 else { return .wrong("SO_REUSEADDR does not share the port") }
            let error = thief.send([2], to: destination)
            return withExtendedLifetime(allowed) {
                ground.takeSeen().isEmpty ? (error == EPERM ? .cut : .wrong("errno \(error)")) : .leaked
            }
        }
    }

    /// A connection that the next bundle forbids, beside one that it allows and that has to go on.
    static func forbiddenConnection(_ mutate: @Sendable (Table) -> Table) throws -> End {
        let first = mutate(try GroundPolicy().table(epoch: 7))
        let second = mutate(try GroundPolicy(GroundPolicy.text(version: 2, web: "198.51.100.0/28")).table(epoch: 8))
        return try Ground.run { ground in
            try ground.apply(first)
            let cut = GroundSocket(.tcp, .v4, as: .alice)
            let kept = GroundSocket(.tcp, .v4, as: .alice)
            guard cut.connect(endpoint("198.51.100.80:443")) == 0, kept.connect(endpoint("198.51.100.8:443")) == 0
            else { return .wrong("the first bundle allows both") }
            cut.send([1])
            kept.send([1])
            _ = ground.takeSeen()
            try ground.apply(second, staleEpoch: 7)
            cut.send([2])
            if !ground.takeSeen().isEmpty { return .leaked }
            kept.send([2])
            guard ground.takeSeen().contains(where: { $0.destination == IPAddress("198.51.100.8") }) else {
                return .wrong("what both bundles allow was cut too")
            }
            return cut.send([3]) != 0 ? .cut : .wrong("the sender is not told")
        }
    }
}
