import Bundle
import DNSWire
import LabPeers
import LinuxIO
import NetworkTypes
import ResolverCore
import ResolverRuntime
import Testing

@Suite struct UpstreamOverHTTPSTests {
    @Test func answersAndKeepsOneConnection() throws {
        let upstream = try TestUpstream(path: "/dns-query")
        let worker = try TestWorker([upstream])
        for round in UInt16(0)..<4 {
            worker.send((1...50).map { TestQuery.bytes("n\(round * 50 + $0).wild.lab.example", id: $0) })
            #expect(try worker.answers(50).filter { $0.code == .noError }.count == 50)
        }
        #expect(upstream.server.counters.connections == 1)
        #expect(upstream.server.counters.queries == 200)
        #expect(try worker.ask("huge.lab.example", .txt)?.code == .noError)
        #expect(try worker.ask("nowhere.lab.example")?.code == .nameError)
    }

    @Test(arguments: ["close", "cut", "reset"])
    func losesNothingWhenConnectionsEnd(ending: String) throws {
        let script = "after answer 3: \(ending)"
        let upstream = try TestUpstream(script: script, path: "/dns-query")
        let worker = try TestWorker([upstream])
        for number in 0..<12 {
            #expect(try worker.ask("n\(number).wild.lab.example")?.code == .noError, "query \(number)")
        }
        #expect(upstream.server.counters.connections >= 4)
    }

    /// What the operator and the client are told, and that nothing is believed.
    @Test func aWrongPathIsNamed() throws {
        let upstream = try TestUpstream(path: "/elsewhere")
        let worker = try TestWorker([upstream])
        let answer = try #require(try worker.ask("www.lab.example"))
        #expect(answer.code == .serverFailure)
        #expect(answer.extendedErrors.contains { $0.contains(UpstreamFailure.httpRejected.description) }, "\(answer)")
        #expect(upstream.server.counters.handshakes > 0 && upstream.server.counters.queries == 0)
    }

    @Test func aServerWithoutHTTP2IsNamed() throws {
        let identity = TestUpstream.authority.issue(LeafTemplate(name: TestUpstream.serverName))
        let server = try UpstreamServerThread(
            listeningOn: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 0),
            tls: TLSServerConfiguration(identity: identity, applicationProtocols: []))
        let settings = UpstreamSettings(
            name: "lab", serverName: TestUpstream.serverName, service: .https(path: "/dns-query"),
            addresses: [.v4(IPv4Address(127, 0, 0, 1))], port: server.endpoint.port,
            certificateAuthority: TestBundle.authoritySection)
        let worker = try TestWorker(adoption: TestBundle.adoption([settings]))
        #expect(try worker.ask("www.lab.example")?.code == .serverFailure)
        #expect(server.counters.queries == 0)
        #expect(worker.notices() == [.upstreamDown("lab", .httpMissing)])
    }

    /// The first answer on a stream is its only one: a wrong one costs the query its upstream, never its truth.
    @Test func anAnswerToAnotherQuestionIsNotBelieved() throws {
        let script = "before answer: send wrong-question"
        let wrong = try TestUpstream(named: "wrong", script: script, path: "/dns-query")
        let right = try TestUpstream(named: "right")
        let worker = try TestWorker([wrong, right])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        #expect(right.server.counters.queries == 1)
    }

    @Test func idsAreNotCompared() throws {
        let script = "before answer: send wrong-id"
        let upstream = try TestUpstream(script: script, path: "/dns-query")
        let worker = try TestWorker([upstream])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        #expect(upstream.server.counters.queries == 1)
    }
}
