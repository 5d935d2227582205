import LabPeers
import LinuxIO
import NetworkTypes
import Testing

@Suite struct UpstreamServerTests {
    let authority = CertificateAuthority()

    func server(
        _ script: String = "", tickets: Bool = true, at text: String = "127.0.0.1:0"
    ) throws -> UpstreamServerThread {
        let identity = authority.issue(LeafTemplate(name: "dns.lab.example"))
        return try UpstreamServerThread(
            listeningOn: try #require(Endpoint(text)),
            tls: TLSServerConfiguration(identity: identity, issuesTickets: tickets), script: Script(script))
    }

    func client(_ server: UpstreamServerThread, resuming session: TLSTestSession? = nil) throws -> DoTTestClient {
        let client = try DoTTestClient(server, trusting: authority.certificate, resuming: session)
        #expect(try client.pump { $0.tls.isConnected }, "no handshake")
        return client
    }

    /// Sends queries with the ids 0, 1, ... and answers what came until nothing more is expected.
    func ask(_ client: DoTTestClient, _ count: Int, expecting answers: Int? = nil) throws -> [[UInt8]] {
        client.send((0..<count).map { TestQuery.message("www.lab.example", 1, id: UInt16($0)) })
        var messages: [[UInt8]] = []
        _ = try client.pump {
            messages += $0.takeMessages()
            return messages.count >= answers ?? count
        }
        return messages
    }

    @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
    func `pipelined queries are answered in order on one connection`(address: String) throws {
        let server = try server(at: address)
        let client = try client(server)
        let answers = try ask(client, 100)
        #expect(answers.map { UInt16($0[0]) << 8 | UInt16($0[1]) } == (0..<100).map { UInt16($0) })
        #expect(answers.allSatisfy { $0[3] & 0x0F == 0 && $0[7] == 2 })
        let counters = server.counters
        #expect(counters.connections == 1 && counters.handshakes == 1 && counters.resumed == 0)
        #expect(counters.queries == 100 && counters.answers == 100 && counters.failedHandshakes == 0)
    }

    @Test func `several connections are served side by side`() throws {
        let server = try server()
        let clients = try (0..<20).map { _ in try client(server) }
        for client in clients.reversed() { #expect(try ask(client, 3).count == 3) }
        #expect(server.counters.connections == 20)
    }

    @Test func `a ticket from one connection resumes on the next`() throws {
        let server = try server()
        let first = try client(server)
        #expect(try ask(first, 1).count == 1)
        let second = try client(server, resuming: first.tls.session)
        #expect(try ask(second, 1).count == 1)
        #expect(second.tls.isResumed)
        #expect(server.counters.handshakes == 2 && server.counters.resumed == 1)
    }

    @Test func `sixty kilobytes come as a whole, many times over`() throws {
        let server = try server()
        let client = try client(server)
        client.send((0..<50).map { TestQuery.message("huge.lab.example", 16, id: $0) })
        var messages: [[UInt8]] = []
        let isDone = try client.pump(seconds: 30) {
            messages += $0.takeMessages()
            return messages.count == 50
        }
        #expect(isDone)
        #expect(messages.allSatisfy { $0.count > 60_000 && $0.dropFirst(2) == messages[0].dropFirst(2) })
    }

    @Test(arguments: ["close", "cut", "reset", "goaway", "disown"])
    func `a connection ends after its answers, in the chosen way`(ending: String) throws {
        let server = try server("after answer 2: \(ending)")
        let client = try client(server)
        let answers = try ask(client, 5)
        #expect(try client.pump { $0.ending != nil })
        switch ending {
        case "cut": #expect(client.ending == .end && !client.tls.hasHeardCloseNotify && answers.count == 2)
        case "reset": #expect(client.ending == .reset && answers.count <= 2)
        default: #expect(client.ending == .end && client.tls.hasHeardCloseNotify && answers.count == 2)
        }
        #expect(try ask(try self.client(server), 1).count == 1, "the next connection works")
    }

    @Test func `an idle connection is ended`() throws {
        let server = try server("idle 50ms: close")
        let client = try client(server)
        #expect(try ask(client, 1).count == 1)
        let start = MonotonicClock.now
        #expect(try client.pump { $0.ending == .end })
        #expect(MonotonicClock.now.nanoseconds(since: start) < 5_000_000_000)
    }

    @Test func `a connection ends instead of the third answer`() throws {
        let server = try server("before answer 3: close")
        let client = try client(server)
        #expect(try ask(client, 5).count == 2)
        #expect(client.ending == .end)
    }

    @Test func `answers are held back, and all come`() throws {
        let server = try server("answer: delay 100ms")
        let client = try client(server)
        let start = MonotonicClock.now
        #expect(try ask(client, 10).count == 10)
        #expect(MonotonicClock.now.nanoseconds(since: start) >= 100_000_000)
    }

    @Test func `a wrong id, a wrong question and a repetition come beside the right answer`() throws {
        let server = try server(
            """
            before answer: send wrong-id
            before answer: send wrong-question
            after answer: send copy
            """)
        let client = try client(server)
        let answers = try ask(client, 1, expecting: 4)
        try #require(answers.count == 4)
        #expect(answers[0][0] == 0xFF && answers[0].suffix(4) == [203, 0, 113, 66])
        #expect(answers[1][0] == 0 && answers[1][13] == UInt8(ascii: "q"))
        #expect(answers[2] == answers[3] && answers[2][13] == UInt8(ascii: "w"))
    }

    @Test func `every third query is ignored`() throws {
        let server = try server("answer every 3: ignore")
        let client = try client(server)
        let answers = try ask(client, 9, expecting: 6)
        #expect(answers.map { $0[1] } == [0, 1, 3, 4, 6, 7])
    }

    @Test func `a silent server does not even shake hands`() throws {
        let server = try server("connection: stall")
        let client = try DoTTestClient(server, trusting: authority.certificate)
        #expect(try !client.pump(seconds: 1) { $0.tls.isConnected || $0.ending != nil })
    }

    @Test func `another script holds for the connections that come after`() throws {
        let server = try server()
        #expect(try ask(try client(server), 1).count == 1)
        server.script = try Script("connection: stall")
        let silent = try DoTTestClient(server, trusting: authority.certificate)
        #expect(try !silent.pump(seconds: 1) { $0.tls.isConnected })
        server.script = .wellBehaved
        #expect(try ask(try client(server), 1).count == 1)
    }

    @Test func `dropped connections end and a stopped server refuses`() throws {
        let server = try server()
        let client = try client(server)
        server.dropConnections()
        #expect(try client.pump { $0.ending != nil })
        server.stop()
        server.stop()
        let late = try DoTTestClient(server, trusting: authority.certificate)
        #expect(try late.pump { $0.ending == .reset })
    }

    @Test func `a taken port is said so`() throws {
        let first = try server()
        let error = #expect(throws: SystemError.self) { try server(at: "\(first.endpoint)") }
        #expect(error?.isAddressInUse == true)
    }

    @Test func `a client that refuses the certificate is counted`() throws {
        let server = try server()
        let client = try DoTTestClient(server, trusting: CertificateAuthority().certificate)
        // The alert has to leave before the connection is given up.
        _ = try client.pump(seconds: 2) { _ in server.counters.failedHandshakes == 1 }
        #expect(client.tls.hasFailed)
        #expect(server.counters.failedHandshakes == 1 && server.counters.queries == 0)
    }
}
