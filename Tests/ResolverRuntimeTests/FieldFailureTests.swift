import DNSWire
import LabPeers
import LinuxIO
import NetworkTypes
import ResolverCore
import Testing

@testable import ResolverRuntime

/// What lets people down who use encrypted resolvers, each failure by name (docs/failures.md).
@Suite struct FieldFailureTests {
    /// DNS over TLS, and over HTTPS.
    static let paths: [String?] = [nil, "/dns-query"]

    private static let batches = 6
    private static let manyQuestions = batches * 50

    private static func askMany(of worker: TestWorker) {
        for batch in 0..<batches {
            worker.send((0..<50).map { TestQuery.bytes("n\(batch * 50 + $0).wild.lab.example", id: UInt16($0)) })
        }
    }

    private static func names(_ count: Int, _ prefix: String) -> [[UInt8]] {
        (0..<count).map { TestQuery.bytes("\(prefix)\($0).wild.lab.example", id: UInt16($0)) }
    }

    /// Each question leaves about when the server gives the connection up, before and after it is known here.
    @Test(arguments: paths, ["close", "cut", "reset"])
    func `an upstream that closes while idle costs no query`(path: String?, ending: String) throws {
        let upstream = try TestUpstream(script: "idle 20ms: \(ending)", path: path)
        let worker = try TestWorker([upstream])
        for number in 0..<60 {
            #expect(try worker.ask("n\(number).wild.lab.example")?.code == .noError, "query \(number)")
            MonotonicClock.sleep(milliseconds: 18 + number % 5)
        }
        #expect(upstream.server.counters.ended >= 5, "it was hardly ever idle for long enough")
    }

    @Test(arguments: paths)
    func `a burst after an idle close shares one new connection`(path: String?) throws {
        let upstream = try TestUpstream(script: "connection 1, idle 20ms: close", path: path)
        let worker = try TestWorker([upstream])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        // The end of the connection waits in its socket, unread, when the questions come.
        MonotonicClock.sleep(milliseconds: 100)
        worker.send(Self.names(50, "burst"))
        #expect(try worker.answers(50).filter { $0.code == .noError }.count == 50)
        #expect(upstream.server.counters.connections == 2)
    }

    /// What TCP takes minutes to notice costs one question its attempt, and no other anything.
    @Test(arguments: paths)
    func `a connection that died unnoticed is left after one question`(path: String?) throws {
        let upstream = try TestUpstream(script: "connection 1, before answer 2: stall", path: path)
        let worker = try TestWorker([upstream])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        for number in 0..<5 {
            #expect(try worker.ask("n\(number).wild.lab.example")?.code == .noError, "query \(number)")
        }
        #expect(upstream.server.counters.connections == 2)
    }

    /// How long an answer may take that needs a new connection and no patience with the old one.
    private static let promptly: UInt64 = 700_000_000

    @Test(arguments: paths)
    func `after a suspend no question waits for a dead connection`(path: String?) throws {
        let upstream = try TestUpstream(script: "connection 1, after answer 1: stall", path: path)
        let worker = try TestWorker([upstream])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        worker.worker.resumed(now: MonotonicClock.now)
        let start = MonotonicClock.now
        #expect(try worker.ask("mail.lab.example")?.code == .noError)
        #expect(MonotonicClock.now.nanoseconds(since: start) < Self.promptly)
        #expect(upstream.server.counters.connections == 2)
    }

    @Test func `a suspend is noticed by the clock that stood still`() {
        let start = MonotonicInstant(nanoseconds: 1_000)
        var watch = SuspensionWatch(now: start, awake: 50)
        func hasSlept(after seconds: UInt64, awakeSeconds: UInt64) -> Bool {
            watch.hasSlept(
                until: start.advanced(bySeconds: seconds), awake: 50 + awakeSeconds * 1_000_000_000)
        }
        let answers = [
            hasSlept(after: 1, awakeSeconds: 1), hasSlept(after: 100, awakeSeconds: 100),
            hasSlept(after: 3_700, awakeSeconds: 101), hasSlept(after: 3_800, awakeSeconds: 201),
            hasSlept(after: 3_803, awakeSeconds: 202),
        ]
        #expect(answers == [false, false, true, false, true])
    }

    /// Several times a second somebody asks, and the log tells of two changes.
    @Test func `an outage is two lines of the log, however many ask meanwhile`() throws {
        let upstream = try TestUpstream()
        let port = upstream.server.endpoint.port
        let worker = try TestWorker([upstream])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        upstream.server.stop()
        for round in 0..<10 {
            worker.send(Self.names(20, "out\(round)n"))
            _ = try worker.answers(forMilliseconds: 100)
        }
        #expect(worker.worker.takeNotices() == [.upstreamDown("lab", .connectRefused)])
        let again = try TestUpstream(port: port)
        try worker.turn { _ in again.server.counters.queries > 0 }
        _ = try worker.answers(forMilliseconds: 50)
        #expect(worker.worker.takeNotices() == [.upstreamUp("lab")])
    }

    /// The time of a query, and then a little.
    private static let lastAnswer: UInt64 = 5
    /// What hundreds of questions that nobody answers may cost a server: a second's pause lies between two attempts in the end.
    private static let mostConnections = 24

    @Test(arguments: ["connection: stall", "connection: noise", "connection: reset", "connection: trickle 1s"])
    func `handshakes that never end, or fail at once, are few`(script: String) throws {
        let upstream = try TestUpstream(script: script)
        let worker = try TestWorker([upstream])
        Self.askMany(of: worker)
        let answers = try worker.answers(Self.manyQuestions, seconds: Self.lastAnswer)
        let told = answers.filter { $0.code == .serverFailure && !$0.extendedErrors.isEmpty }.count
        #expect(told == Self.manyQuestions)
        let connections = upstream.server.counters.connections
        #expect((1...Self.mostConnections).contains(connections), "\(connections)")
    }

    @Test func `a certificate that is refused costs few handshakes, and no work between`() throws {
        let identity = CertificateKind.expired.identity(
            name: TestUpstream.serverName, addresses: [], authority: TestUpstream.authority)
        let upstream = try TestUpstream(identity: identity)
        let worker = try TestWorker([upstream])
        Self.askMany(of: worker)
        let answers = try worker.answers(Self.manyQuestions, seconds: Self.lastAnswer)
        let told = answers.filter { $0.code == .serverFailure && !$0.extendedErrors.isEmpty }.count
        #expect(told == Self.manyQuestions)
        #expect(upstream.server.counters.queries == 0)
        #expect((1...Self.mostConnections).contains(upstream.server.counters.failedHandshakes))
    }

    /// Servers move while connections to the old place go on.
    @Test func `another address of an upstream is asked at once`() throws {
        let first = try TestUpstream(address: .v4(IPv4Address(127, 0, 0, 2)))
        let second = try TestUpstream(
            address: .v4(IPv4Address(127, 0, 0, 3)), port: first.server.endpoint.port)
        let worker = try TestWorker([first])
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        try worker.reconfigure([second])
        #expect(try worker.ask("mail.lab.example")?.code == .noError)
        #expect(first.server.counters.queries == 1 && second.server.counters.queries == 1)
    }

    /// Whatever the kind of failure, it ends what it is a failure of, and the next question is asked elsewhere.
    @Test(arguments: [
        "answer: reset-stream", "answer: status 503", "answer: media-type text/html", "answer: send garbage",
        "answer: send half", "answer: send truncated", "answer: send servfail", "before answer: noise",
        "before answer: disown", "within answer: cut", "before answer: stall", "answer: ignore",
    ])
    func `no kind of failure keeps a query from another upstream`(script: String) throws {
        let bad = try TestUpstream(named: "bad", script: script, path: "/dns-query")
        let good = try TestUpstream(named: "good", path: "/dns-query")
        let worker = try TestWorker([bad, good])
        for number in 0..<4 {
            #expect(try worker.ask("n\(number).wild.lab.example")?.lines == ["198.51.100.30"], "query \(number)")
        }
        #expect(good.server.counters.queries >= 4)
    }
}
