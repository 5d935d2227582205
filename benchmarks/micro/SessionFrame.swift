import ByteCodec
import LabPeers
import NetworkTypes
import SecureTransport
import TLSEngine

/// Our side of a connection to an upstream under load: queries in, one record out; one record in, answers out. The lab's
/// server stands at the other end, in memory and unmeasured; encryption, by libssl, is in the figures.
struct SessionFrame<Session: MeasuredSession & ~Copyable, Peer: AnsweringPeer & ~Copyable>: Benchmark, ~Copyable {
    static var name: String { Peer.name }
    static var summary: String { Peer.summary }
    static var operationsPerTurn: Int { 32 }

    private var session: Session
    private var server: TLSServerSession
    private var peer: Peer
    private let query: [UInt8]
    private var wire = [UInt8](repeating: 0, count: 65_536)
    private let now = MonotonicInstant.zero.advanced(bySeconds: 1)

    init() throws {
        let (context, serverContext) = try Self.contexts()
        let answer = try SampleMessages.answer(SessionGround.name)
        query = try SampleMessages.query(SessionGround.name)
        peer = Peer(answer: answer)
        session = Session.measured(context, now: now)
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

    private static func drain(_ session: inout Session, into wire: inout [UInt8]) -> Int {
        var span = wire.mutableSpan
        return session.drainOutput(into: &span)
    }

    /// The server's turn.
    private mutating func serve(_ byteCount: Int) -> [UInt8] {
        let records = Array(wire[..<byteCount])
        server.receive(records.span)
        if server.state == .established {
            let received = [UInt8](server.received.span)
            server.received.removeAll()
            let answers = peer.answers(to: received)
            if !answers.isEmpty { server.send(answers.span) }
        }
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
        let day = 86_400
        let moment = Int(SessionGround.verificationTime)
        let validity = CertificateValidity.unixTime(moment - day...moment + day)
        let authority = CertificateAuthority(validity: validity)
        let identity = authority.issue(LeafTemplate(name: SessionGround.serverName, validity: validity))
        let store = try TrustStore(pem: Array(authority.certificate.pem.utf8).span)
        let context = try TLSContext(
            serverName: SessionGround.serverName, authentication: .chain(store),
            applicationProtocol: Session.applicationProtocol)
        let configuration = TLSServerConfiguration(
            identity: identity, applicationProtocols: [Session.applicationProtocol.rawValue], minimumVersion: .tls13,
            maximumVersion: .tls13)
        return (context, TLSServerContext(configuration))
    }
}

/// What both ends agree on.
enum SessionGround {
    static let name = "www.lab.example"
    static let serverName = "dns.lab.example"
    static let verificationTime: Int64 = 1_900_000_000
}

/// What ``SessionFrame`` does with a session of either protocol.
protocol MeasuredSession: ~Copyable {
    static var applicationProtocol: TLSContext.ApplicationProtocol { get }

    static func measured(_ context: TLSContext, now: MonotonicInstant) -> Self

    var isEstablished: Bool { get }

    mutating func send(_ message: Span<UInt8>, attempt: UInt64, now: MonotonicInstant) -> SendOutcome
    mutating func receive(_ bytes: Span<UInt8>, now: MonotonicInstant)
    mutating func nextEvent() -> SessionEvent?
    mutating func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int
}

/// The server's side of a protocol, between what TLS brings and what it takes.
protocol AnsweringPeer: ~Copyable {
    static var name: String { get }
    static var summary: String { get }

    /// `answer`: to every query, under the id of each.
    init(answer: [UInt8])

    mutating func answers(to received: [UInt8]) -> [UInt8]
}
