import LabPeers
import LinuxIO
import NetworkTypes
import Synchronization
import Testing

/// What scripts do, seen by a client over TLS.
@Suite struct ScriptedServerTests {
    private let authority = CertificateAuthority()

    private func client(_ script: String, log: (@Sendable (String) -> Void)? = nil) throws -> DoTTestClient {
        let script = try Script(script)
        let server = try UpstreamServerThread(
            listeningOn: try #require(Endpoint("127.0.0.1:0")),
            tls: script.tls(name: "dns.lab.example", addresses: [], authority: authority), script: script, log: log)
        return try DoTTestClient(server, trusting: authority.certificate)
    }

    /// The messages that have come when the server has ended the connection, or `seconds` are over.
    private func messages(_ client: DoTTestClient, asking count: Int, for seconds: UInt64 = 1) throws -> [[UInt8]] {
        try #require(try client.pump { $0.tls.isConnected })
        client.send((0..<count).map { TestQuery.message("www.lab.example", 1, id: UInt16($0)) })
        _ = try client.pump(seconds: seconds) { $0.ending != nil }
        return client.takeMessages()
    }

    @Test func `what must not be believed has an address that no zone has`() throws {
        let script = """
            answer 1: send half
            answer 2: send oversized
            answer 3: send wrong-question
            after answer 4: close
            """
        let messages = try messages(try client(script), asking: 4)
        try #require(messages.count == 4)
        #expect(messages[0].count == messages[3].count / 2)
        #expect(messages[1].count == 65_535 && !messages[1].starts(with: messages[3].prefix(40)))
        #expect(messages[2].suffix(4) == [203, 0, 113, 66] && messages[3].suffix(4) != [203, 0, 113, 66])
    }

    @Test func `foreign records, TC and codes`() throws {
        let script = """
            answer 1: send foreign-records
            answer 2: send truncated
            answer 3: send servfail
            answer 4: send refused
            after answer 4: close
            """
        let messages = try messages(try client(script), asking: 4)
        try #require(messages.count == 4)
        #expect(messages[0][6..<12] == [0, 3, 0, 1, 0, 1])
        #expect(messages[1][2] & 2 == 2 && messages[1][6..<12] == [0, 0, 0, 0, 0, 0])
        #expect(messages[2][3] & 15 == 2 && messages[3][3] & 15 == 5)
    }

    /// The message's last bytes are the options; a padded one brings zeros besides.
    @Test func `how long an idle connection is kept is said in any way, to those who know extensions`() throws {
        let script = """
            answer 1..2: keepalive 1500ms
            answer 3: keepalive 0s
            answer 4: keepalive 6553500ms
            answer 5: keepalive bytes 0
            answer 6: keepalive bytes 3
            answer 7: keepalive 100ms
            after answer 7: close
            """
        let client = try client(script)
        try #require(try client.pump { $0.tls.isConnected })
        client.send(
            (1...7).map { number in
                let options: [UInt8] = number == 7 ? [0, 12, 0, 2, 0, 0] : []
                let opt = number == 1 ? [] : TestQuery.opt(options: options)
                return TestQuery.message("www.lab.example", 1, id: UInt16(number), opt: opt)
            })
        _ = try client.pump(seconds: 1) { $0.ending != nil }
        let messages = client.takeMessages()
        try #require(messages.count == 7)
        #expect(messages[0].suffix(4) == [198, 51, 100, 11], "no option without an OPT record")
        let options: [[UInt8]] = [
            [0, 6, 0, 11, 0, 2, 0, 15], [0, 6, 0, 11, 0, 2, 0, 0], [0, 6, 0, 11, 0, 2, 0xFF, 0xFF],
            [0, 4, 0, 11, 0, 0],
            [0, 7, 0, 11, 0, 3, 1, 1, 1],
        ]
        for (message, options) in zip(messages[1...5], options) {
            #expect(Array(message.suffix(options.count)) == options)
        }
        #expect(messages[6].count == 468)
        #expect(try DecodedMessage(messages[6]).paddingCount != nil)
    }

    @Test func `half of an answer comes before the end within it`() throws {
        let client = try client("within answer 2: cut")
        #expect(try messages(client, asking: 3).count == 1)
        #expect(client.ending == .end && client.tls.received.count > 10)
    }

    @Test func `after a stall the connection stays, and says nothing`() throws {
        let client = try client("after answer 2: stall")
        #expect(try messages(client, asking: 5).count == 2)
        #expect(client.ending == nil)
    }

    @Test func `a trickle takes its time`() throws {
        let client = try client("answer 2: trickle 10ms")
        let start = MonotonicClock.now
        try #require(try client.pump { $0.tls.isConnected })
        client.send([TestQuery.message("www.lab.example", 1), TestQuery.message("www.lab.example", 1)])
        var messages: [[UInt8]] = []
        let isDone = try client.pump(seconds: 20) {
            messages += $0.takeMessages()
            return messages.count == 2
        }
        #expect(isDone)
        #expect(MonotonicClock.now.nanoseconds(since: start) > 1_000_000_000, "over a hundred bytes, ten ms each")
    }

    @Test func `noise in the clear is no TLS, and noise within it no message`() throws {
        let clear = try client("connection: noise")
        #expect(try !clear.pump(seconds: 1) { $0.tls.isConnected })
        let within = try client("before answer 2: noise")
        let received = try messages(within, asking: 2)
        #expect(
            received.first?.count ?? 0 < 200 && (received.count != 2 || received[1].suffix(4) != received[0].suffix(4)))
    }

    /// The rule is the server's word for what happened, and where.
    @Test func `each thing that a script does is told`() throws {
        let log = Log()
        let client = try client("connection 1, answer every 2: ignore\nafter answer 5: close") { log.add($0) }
        #expect(try messages(client, asking: 5).count == 3)
        #expect(
            log.lines == [
                "connection 1, answer 2: connection 1, answer every 2: ignore",
                "connection 1, answer 4: connection 1, answer every 2: ignore",
                "connection 1, answer 5: after answer 5: close",
            ])
    }

    @Test func `chance comes again with its seed`() throws {
        func lost(_ seed: Int) throws -> [UInt8] {
            let client = try client("seed \(seed)\nanswer 50%: ignore\nafter answer 100: close")
            return try messages(client, asking: 100).map { $0[1] }
        }
        let (one, again, other) = (try lost(1), try lost(1), try lost(2))
        #expect(one == again && one != other)
        #expect((20...80).contains(one.count) && (20...80).contains(other.count))
    }

    @Test func `answers that are late in different ways overtake each other`() throws {
        let client = try client(
            "answer 1: delay 300ms\nanswer 2: delay 100ms\nanswer 3..: delay 10ms..20ms\nidle 400ms: close")
        #expect(try messages(client, asking: 4).map { $0[1] }.suffix(2) == [1, 0])
    }

    @Test func `one connection is another matter than the next`() throws {
        let script = try Script("connection 2: reset\nconnection 3.., after answer 1: close")
        let server = try UpstreamServerThread(
            listeningOn: try #require(Endpoint("127.0.0.1:0")),
            tls: script.tls(name: "dns.lab.example", addresses: [], authority: authority), script: script)
        func next() throws -> DoTTestClient { try DoTTestClient(server, trusting: authority.certificate) }
        #expect(try messages(next(), asking: 3).count == 3)
        let second = try next()
        #expect(try !second.pump { $0.tls.isConnected } && second.ending == .reset)
        #expect(try messages(next(), asking: 3).count == 1)
    }

    @Test func `an old version of TLS is all that is spoken`() throws {
        let client = try client("tls 1.1")
        #expect(try !client.pump(seconds: 1) { $0.tls.isConnected })
        #expect(client.tls.hasFailed)
    }
}

/// Lines from another thread.
private final class Log: Sendable {
    private let mutex = Mutex<[String]>([])

    var lines: [String] { mutex.withLock { $0 } }

    func add(_ line: String) { mutex.withLock { $0.append(line) } }
}
