import Bundle
import DNSWire
import LabPeers
import LinuxIO
import NetworkTypes
import ResolverCore
import ResolverRuntime
import Testing

@Suite struct UpstreamFaultTests {
    enum Flaw: CaseIterable {
        case wrongName, expired, notYetValid, selfSigned, foreign

        var identity: ServerIdentity {
            let authority = TestUpstream.authority
            return switch self {
            case .wrongName: authority.issue(LeafTemplate(name: "other.example"))
            case .expired: authority.issue(LeafTemplate(name: TestUpstream.serverName, validity: .expired))
            case .notYetValid: authority.issue(LeafTemplate(name: TestUpstream.serverName, validity: .notYetValid))
            case .selfSigned: .selfSigned(LeafTemplate(name: TestUpstream.serverName))
            case .foreign: CertificateAuthority(named: "foreign").issue(LeafTemplate(name: TestUpstream.serverName))
            }
        }

        var failure: UpstreamFailure {
            switch self {
            case .wrongName: .certificateNameMismatch
            case .expired: .certificateExpired
            case .notYetValid: .certificateNotYetValid
            case .selfSigned, .foreign: .certificateUntrusted
            }
        }
    }

    /// No query leaves, the client is told why, and so is the operator, once.
    @Test(arguments: Flaw.allCases)
    func refusesACertificate(flaw: Flaw) throws {
        let upstream = try TestUpstream(identity: flaw.identity)
        let worker = try TestWorker([upstream])
        let answer = try #require(try worker.ask("www.lab.example"))
        #expect(answer.code == .serverFailure)
        #expect(answer.extendedErrors.contains { $0.contains(flaw.failure.description) }, "\(answer)")
        #expect(upstream.server.counters.queries == 0)
        #expect(worker.notices() == [.upstreamDown("lab", flaw.failure)])
    }

    /// Queries that wait for a handshake go on to the next address when it fails.
    @Test(arguments: [Flaw.wrongName, .expired])
    func triesTheNextAddressAfterABadHandshake(flaw: Flaw) throws {
        let bad = try TestUpstream(address: .v4(IPv4Address(127, 0, 0, 2)), identity: flaw.identity)
        let port = bad.server.endpoint.port
        let good = try TestUpstream(address: .v4(IPv4Address(127, 0, 0, 3)), port: port)
        var settings = good.settings
        settings.addresses = [.v4(IPv4Address(127, 0, 0, 2)), .v4(IPv4Address(127, 0, 0, 3))]
        let worker = try TestWorker(adoption: TestBundle.adoption([settings]))
        worker.send((1...5).map { TestQuery.bytes("n\($0).wild.lab.example", id: $0) })
        #expect(try worker.answers(5).filter { $0.code == .noError }.count == 5)
        #expect(bad.server.counters.queries == 0)
        #expect(good.server.counters.queries == 5)
        #expect(worker.notices().isEmpty)
    }

    @Test(arguments: ["close", "cut", "reset"])
    func losesNothingWhenConnectionsEnd(ending: String) throws {
        let script = "after answer 3: \(ending)"
        let upstream = try TestUpstream(script: script)
        let worker = try TestWorker([upstream])
        for number in 0..<12 {
            let answer = try worker.ask("n\(number).wild.lab.example")
            #expect(answer?.code == .noError, "query \(number)")
        }
        #expect(upstream.server.counters.connections >= 4)
    }

    @Test func recoversWithinTheQuerysTimeWhenTheUpstreamReturns() throws {
        let upstream = try TestUpstream()
        let port = upstream.server.endpoint.port
        let worker = try TestWorker([upstream])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        upstream.server.stop()
        worker.send([TestQuery.bytes("mail.lab.example", id: 2)])
        #expect(try worker.answers(forMilliseconds: 500).isEmpty)
        let again = try TestUpstream(port: port)
        #expect(try worker.answers(1).first?.code == .noError)
        #expect(again.server.counters.queries >= 1)
        #expect(try worker.ask("www.lab.example")?.code == .noError)
    }

    @Test func skipsWhatDoesNotMatch() throws {
        let script = """
            before answer: send wrong-id
            before answer: send wrong-question
            after answer: send copy
            """
        let upstream = try TestUpstream(script: script)
        let worker = try TestWorker([upstream])
        for number in 0..<20 {
            #expect(try worker.ask("n\(number).wild.lab.example")?.lines == ["198.51.100.30"])
        }
    }

    @Test func answersFromAnotherUpstreamWhileOneIsSilent() throws {
        let script = "connection: stall"
        let silent = try TestUpstream(named: "silent", script: script)
        let second = try TestUpstream(named: "second")
        let worker = try TestWorker([silent, second])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        #expect(second.server.counters.queries == 1)
    }
}
