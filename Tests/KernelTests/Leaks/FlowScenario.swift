import Glibc
import NetfilterBackend
import NetworkTypes
import Ruleset

/// Short plays with flows; the tests want one end of each, and with a mutant's table another.
enum FlowScenario {
    /// What a mutant does to each table of a play.
    typealias Mutation = @Sendable (inout Table) -> Void

    enum End: Hashable, Sendable {
        /// The stub got it and the outside nothing.
        case captured
        /// The sender got an error and the outside nothing.
        case cut
        /// The outside got it, or somebody here who must not.
        case leaked
        /// The receiver got all of it.
        case whole
        /// The receiver waits for the rest.
        case torn
        case wrong(String)
    }

    static let unchanged: Mutation = { _ in }

    /// A UDP flow to port 53 that conntrack knew before the table came, and that nobody makes it forget.
    static func olderDatagrams(_ family: AddressFamily, _ mutate: Mutation) throws -> End {
        let table = try mutated(GroundPolicy().table(), mutate)
        return try Ground.run { ground in
            try ground.track()
            let old = GroundSocket(.udp, family, as: .bob)
            _ = old.connect(endpoint("\(family.host):53"))
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

    /// A connection to port 53 that conntrack knew before the table came.
    static func olderConnection(_ family: AddressFamily, _ mutate: Mutation) throws -> End {
        let table = try mutated(GroundPolicy().table(), mutate)
        return try Ground.run { ground in
            try ground.track()
            let old = GroundSocket(.tcp, family, as: .bob)
            guard old.connect(endpoint("\(family.host):53")) == 0 else { return .wrong("no connection before") }
            _ = ground.takeSeen()
            let stub = Stub()
            try ground.apply(table)
            old.send(Array("a query in plaintext".utf8))
            if !ground.takeSeen().isEmpty { return .leaked }
            if stub.accept(milliseconds: 0) != nil { return .captured }
            return old.send([2]) != 0 ? .cut : .wrong("the sender is not told")
        }
    }

    /// An allowed sender's answered UDP flow, and another sender on its source port.
    static func stolenPort(_ family: AddressFamily, afterClose: Bool, _ mutate: Mutation) throws -> End {
        let table = try mutated(GroundPolicy().table(), mutate)
        return try Ground.run { ground in
            try ground.apply(table)
            let service = ground.outside.spareDatagrams(family)
            let destination = endpoint("\(family.otherEnd):9000")
            let source = endpoint("\(family.ownAddress):40000")
            service.listen(destination)
            var allowed: GroundSocket? = GroundSocket(.udp, family, as: .bob)
            allowed?.bind(source)
            allowed?.send([1], to: destination)
            _ = service.receive()
            service.send([9], to: source)
            guard allowed?.receive() == [9] else { return .wrong("the allowed sender got no answer") }
            _ = ground.takeSeen()
            if afterClose { allowed = nil }
            let thief = GroundSocket(.udp, family, as: .eve)
            guard thief.bind(source) == 0 else { return .wrong("SO_REUSEADDR does not share the port") }
            let error = thief.send([2], to: destination)
            return withExtendedLifetime(allowed) {
                ground.takeSeen().isEmpty ? (error == EPERM ? .cut : .wrong("errno \(error)")) : .leaked
            }
        }
    }

    /// A connection that the next bundle forbids, beside one that it allows and that has to go on.
    static func forbiddenConnection(_ family: AddressFamily, _ mutate: Mutation) throws -> End {
        let first = try mutated(GroundPolicy().table(epoch: 7), mutate)
        let second = try mutated(GroundPolicy(narrower).table(epoch: 8), mutate)
        return try Ground.run { ground in
            try ground.apply(first)
            let cut = GroundSocket(.tcp, family, as: .alice)
            let kept = GroundSocket(.tcp, family, as: .alice)
            let keptEnd = endpoint(family == .v4 ? "198.51.100.8:443" : "[2001:db8:100:0:1::8]:443")
            guard cut.connect(endpoint("\(family.host):443")) == 0, kept.connect(keptEnd) == 0 else {
                return .wrong("the first bundle allows both")
            }
            cut.send([1])
            kept.send([1])
            _ = ground.takeSeen()
            try ground.apply(second, staleEpoch: 7)
            cut.send([2])
            if !ground.takeSeen().isEmpty { return .leaked }
            kept.send([2])
            guard ground.takeSeen().contains(where: { $0.destination == keptEnd.address }) else {
                return .wrong("what both bundles allow was cut too")
            }
            return cut.send([3]) != 0 ? .cut : .wrong("the sender is not told")
        }
    }

    /// What alice may reach next is less.
    private static let lessOfTheWeb = "198.51.100.0/28, \"2001:db8:100:0:1::/80\""
    static let narrower = GroundPolicy.text(version: 2, web: lessOfTheWeb)

    /// The table with something changed; a mutation that changes nothing shows nothing.
    static func mutated(_ table: Table, _ mutate: Mutation) -> Table {
        var mutant = table
        mutate(&mutant)
        return mutant
    }
}
