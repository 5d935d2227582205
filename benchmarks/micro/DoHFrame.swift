import ByteCodec
import HTTP2Engine
import LabPeers
import NetworkTypes
import SecureTransport
import TLSEngine

/// Our side of a DNS-over-HTTPS connection under load: queries in, one record out; one record in, answers out. The
/// lab's server stands at the other end, in memory and unmeasured; encryption and HTTP/2 are in the figures.
struct DoHFrame: Benchmark, ~Copyable {
    static let name = "doh-frame"
    static let summary = "send a query over HTTP/2 and take its answer, 32 to a TLS record"
    static let operationsPerTurn = 32

    private static let verificationTime: Int64 = 1_900_000_000

    private var session: DoHSession
    private var server: TLSServerSession
    private var http = HTTP2ServerSession()
    private let query: [UInt8]
    private let answer: [UInt8]
    private var wire: [UInt8]
    private let now: MonotonicInstant

    init() throws {
        let query = try SampleMessages.query("www.lab.example")
        var answer = try SampleMessages.answer("www.lab.example")
        (answer[0], answer[1]) = (0, 0)
        let (context, serverContext) = try Self.contexts()
        self.query = query
        self.answer = answer
        now = MonotonicInstant.zero.advanced(bySeconds: 1)
        wire = [UInt8](repeating: 0, count: 65_536)
        session = DoHSession(
            context: context,
            target: HTTP2Target(authority: "dns.lab.example", path: "/dns-query", mediaType: DoHSession.mediaType),
            verificationTime: Self.verificationTime, networkEpoch: 1, seed: (1, 2), now: now)
        server = TLSServerSession(context: serverContext)
        shakeHands()
    }

    mutating func turn(_ meter: inout Meter) {
        meter.start()
        let byteCount = measuredSend()
        meter.stop()
        let records = serve(byteCount)
        meter.start()
        let answered = measuredReceive(records.span)
        meter.stop()
        precondition(answered == Self.operationsPerTurn, "\(answered) of \(Self.operationsPerTurn) were answered")
    }

    @inline(never)
    private mutating func measuredSend() -> Int {
        let query = query
        for attempt in 0..<UInt64(Self.operationsPerTurn) {
            _ = session.send(query.span, attempt: attempt, now: now)
        }
        return Self.drain(&session, into: &wire)
    }

    @inline(never)
    private mutating func measuredReceive(_ records: Span<UInt8>) -> Int {
        session.receive(records, now: now)
        var answered = 0
        while let event = session.nextEvent() {
            if case .answer = event { answered += 1 }
        }
        return answered
    }

    private static func drain(_ session: inout DoHSession, into wire: inout [UInt8]) -> Int {
        var span = wire.mutableSpan
        return session.drainOutput(into: &span)
    }

    /// The server's turn.
    private mutating func serve(_ byteCount: Int) -> [UInt8] {
        let records = Array(wire[..<byteCount])
        server.receive(records.span)
        let received = [UInt8](server.received.span)
        server.received.removeAll()
        http.receive(received.span)
        while let request = http.nextRequest() {
            http.respond(to: request.stream, with: HTTP2ServerResponse(message: answer))
        }
        if server.state == .established { server.send(http.drainOutput().span) }
        return server.drainOutput()
    }

    private mutating func shakeHands() {
        for _ in 0..<4 {
            let records = serve(Self.drain(&session, into: &wire))
            session.receive(records.span, now: now)
            while session.nextEvent() != nil {}
        }
        precondition(session.isEstablished, "the handshake with the lab's server failed")
    }

    private static func contexts() throws -> (TLSContext, TLSServerContext) {
        let validity = CertificateValidity.unixTime(
            Int(verificationTime) - 86_400...Int(verificationTime) + 86_400)
        let authority = CertificateAuthority(validity: validity)
        let identity = authority.issue(LeafTemplate(name: "dns.lab.example", validity: validity))
        let store = try TrustStore(pem: Array(authority.certificate.pem.utf8).span)
        let context = try TLSContext(
            serverName: "dns.lab.example", authentication: .chain(store), applicationProtocol: .http2)
        let configuration = TLSServerConfiguration(
            identity: identity, applicationProtocols: ["h2"], minimumVersion: .tls13, maximumVersion: .tls13)
        return (context, TLSServerContext(configuration))
    }
}
