import Glibc
import NetworkTypes
import TestSupport
import Testing

/// Flows: those that are older than the rules, those that new rules forbid, and senders on another's flow.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct FlowTests {
    @Test func datagramsToPort53OfAnOlderFlowAreCaptured() throws {
        let table = try GroundPolicy().table()
        let outcome = try Ground.run { ground in
            let server = endpoint("198.51.100.80:53")
            let old = GroundSocket(.udp, .v4, as: .bob)
            _ = old.connect(server)
            old.send(Array("before".utf8))
            let before = ground.takeSeen().count
            let stub = Stub()
            try ground.apply(table)
            // The outside had no such service and said so: that error is not of interest.
            _ = old.pendingError
            old.send(Array("after".utf8))
            return (before, ground.takeSeen(), stub.receives(Array("after".utf8)))
        }
        #expect(outcome.0 == 1, "without rules it left")
        #expect(outcome.1 == [])
        #expect(outcome.2)
    }

    @Test func datagramsThatANewBundleForbidsAreCut() throws {
        let first = try GroundPolicy().table(epoch: 7)
        let second = try GroundPolicy(GroundPolicy.text(version: 2, roaming: false)).table(epoch: 8)
        let outcome = try Ground.run { ground in
            try ground.apply(first)
            let service = ground.outside.spareDatagrams(.v4)
            let destination = endpoint("198.51.100.241:9000")
            service.listen(destination)
            let sender = GroundSocket(.udp, .v4, as: .bob)
            _ = sender.connect(destination)
            sender.send([1])
            let arrived = service.receive() != nil
            // Answered, so that the flow is established.
            service.send([9], to: endpoint("\(Ground.address4):\(sender.localPort)"))
            let answered = sender.receive() == [9]
            _ = ground.takeSeen()
            try ground.apply(second, staleEpoch: 7)
            let error = sender.send([2])
            return (arrived, answered, error, ground.takeSeen())
        }
        #expect(outcome.0)
        #expect(outcome.1, "replies to an allowed flow come in")
        #expect(outcome.2 == EPERM)
        #expect(outcome.3 == [])
    }

    /// A refused packet refreshes the entry of its own flow, which never goes by itself: the daemon deletes it.
    @Test(arguments: AddressFamily.allCases)
    func anOlderFlowHealsOnceItIsForgotten(family: AddressFamily) throws {
        let policy = try GroundPolicy(RoutingTests.profile)
        let (table, tunnels) = (policy.table(), policy.tunnels)
        let outcome = try Ground.run { ground in
            try ground.track()
            let old = GroundSocket(.udp, family, as: .alice)
            let send = {
                _ = old.pendingError
                return old.send([1], to: endpoint("\(family.host):9000"))
            }
            _ = send()
            _ = ground.takeSeen()
            try ground.route(tunnels)
            try ground.replace(table)
            let refusals = (0..<3).map { _ in send() }
            let before = ground.takeSeen()
            try ground.apply(table, paths: tunnels)
            return (refusals, before, send(), ground.takeSeen())
        }
        #expect(outcome.0 == [EPERM, EPERM, EPERM] && outcome.1 == [])
        #expect(outcome.2 == 0)
        #expect(outcome.3.map { $0.device == Ground.tunnel && $0.isOfItsDevice } == [true])
    }

    /// Two users with one source port to one server: each query is captured as its own sender's.
    @Test func queriesOfTwoUsersFromOnePortAreBothCaptured() throws {
        let table = try GroundPolicy().table()
        let outcome = try Ground.run { ground in
            try ground.apply(table)
            let stub = Stub()
            let server = endpoint("198.51.100.80:53")
            var reached: [Bool] = []
            for (number, identity) in [Identity.bob, .eve, .messaging, .bob].enumerated() {
                let socket = GroundSocket(.udp, .v4, as: identity)
                socket.bind(endpoint("0.0.0.0:40053"))
                socket.send([UInt8(number)], to: server)
                reached.append(stub.receives([UInt8(number)]))
            }
            return (reached, ground.takeSeen())
        }
        #expect(outcome.0 == [true, true, true, true])
        #expect(outcome.1 == [])
    }

    /// Another program's translation, by its own tables in the kernel: questions are judged as what they have become.
    @Test(arguments: ["iptables-nft", "iptables-legacy"])
    func translationsOfIptablesAreNoWayOut(program: String) throws {
        guard Repository.hasTool(program) else { try Test.cancel("no `\(program)`: run `make deps`") }
        let table = try GroundPolicy().table()
        let outcome = try Ground.run { ground in
            try ground.apply(table)
            let words = "-t nat -I OUTPUT -p udp --dport 53 -j DNAT --to-destination 127.0.0.2:\(Stub.port)"
            let made = CommandResult.run(program, words.split(separator: " ").map(String.init))
            guard made.status == .exited(0) else { throw TwoNamespaces.Failure(description: made.errors) }
            let stub = Stub()
            let squatter = GroundSocket(.udp, .v4, as: .eve)
            squatter.listen(endpoint("127.0.0.2:\(Stub.port)"))
            let error = GroundSocket(.udp, .v4, as: .bob).send([1], to: endpoint("198.51.100.80:53"))
            return (error != 0 || stub.receives([1]), squatter.receive(milliseconds: 200), ground.takeSeen())
        }
        #expect(outcome.0, "it is captured, or its sender is told")
        #expect(outcome.1 == nil)
        #expect(outcome.2 == [])
    }

    @Test func aSquatterOnTheHiddenPortGetsNoQueries() throws {
        let table = try GroundPolicy().table()
        let outcome = try Ground.run { ground in
            try ground.apply(table)
            let squatter = Stub(as: .eve)
            let stream = GroundSocket(.tcp, .v4, as: .bob)
            let error = stream.connect(endpoint("198.51.100.80:53"), milliseconds: 400)
            return (error, squatter.accept(milliseconds: 0) == nil, ground.takeSeen())
        }
        #expect(outcome.0 != 0)
        #expect(outcome.1)
        #expect(outcome.2 == [])
    }

    @Test func onlyPublishedPortsAreReachedFromOutside() throws {
        let table = try GroundPolicy().table()
        let outcome = try Ground.run { ground in
            try ground.apply(table)
            let services = [22, 8080].map { port in
                let socket = GroundSocket(.tcp, .v4, as: .root)
                socket.listen(endpoint("0.0.0.0:\(port)"))
                return socket
            }
            let published = ground.outside.spareStreams[0].connect(endpoint("\(Ground.address4):22"))
            let hidden = ground.outside.spareStreams[1].connect(
                endpoint("\(Ground.address4):8080"), milliseconds: 300)
            let connection = services[0].accept()
            ground.outside.spareStreams[0].send([1])
            let heard = connection?.receive() == [1]
            connection?.send([2])
            let answered = ground.outside.spareStreams[0].receive() == [2]
            return (published, hidden, heard, answered, services[1].accept(milliseconds: 0) == nil)
        }
        #expect(outcome.0 == 0)
        #expect(outcome.1 == ETIMEDOUT)
        #expect(outcome.2)
        #expect(outcome.3)
        #expect(outcome.4)
    }
}
