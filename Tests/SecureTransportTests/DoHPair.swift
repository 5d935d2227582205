import ByteCodec
import HTTP2Engine
import LabPeers
import NetworkTypes
import SecureTransport
import TLSEngine

/// A session of ours over HTTPS and a server of the lab's in memory, and a clock that stands until a test moves it.
struct DoHPair: ~Copyable {
    static let target = HTTP2Target(
        authority: DoTPair.name, path: "/dns-query", mediaType: DoHSession.mediaType)

    enum Outcome: Equatable {
        case established
        case answer(UInt64, [UInt8], age: UInt32)
        case attemptFailed(UInt64, AttemptFailure)
        case closed(SessionClosure)
        case failed(SessionFailure)
    }

    var session: DoHSession
    var server: TLSServerSession
    var http: HTTP2ServerSession
    var now = MonotonicInstant(nanoseconds: 1_000_000_000)
    var outcomes: [Outcome] = []
    /// Requests that reached the server and were not answered yet.
    var requests: [HTTP2ServerRequest] = []

    /// `applicationProtocols`: of the server; ours is always `h2`.
    init(
        applicationProtocols: [String] = ["h2"], maximumStreams: UInt32? = 100,
        timeouts: SessionTimeouts = SessionTimeouts()
    ) throws {
        let validity = CertificateValidity.unixTime(
            Int(DoTPair.verificationTime) - 86_400...Int(DoTPair.verificationTime) + 86_400)
        let authority = CertificateAuthority(validity: validity)
        let identity = authority.issue(LeafTemplate(name: DoTPair.name, validity: validity))
        let store = try TrustStore(pem: Array(authority.certificate.pem.utf8).span)
        session = DoHSession(
            context: try TLSContext(
                serverName: DoTPair.name, authentication: .chain(store), applicationProtocol: .http2),
            target: DoHPair.target, verificationTime: DoTPair.verificationTime, networkEpoch: 1, seed: (7, 0x5EED),
            timeouts: timeouts, now: now)
        server = TLSServerSession(
            context: TLSServerContext(
                TLSServerConfiguration(identity: identity, applicationProtocols: applicationProtocols)))
        http = HTTP2ServerSession(maximumStreams: maximumStreams)
    }

    /// A pair whose handshake is done.
    static func established(maximumStreams: UInt32? = 100) throws -> DoHPair {
        var pair = try DoHPair(maximumStreams: maximumStreams)
        pair.exchange()
        pair.outcomes = []
        return pair
    }

    @discardableResult
    mutating func send(_ name: String, attempt: UInt64, identifier: UInt16 = 0x1234) -> SendOutcome {
        session.send(TestMessage.query(name, identifier: identifier).span, attempt: attempt, now: now)
    }

    /// Carries bytes both ways until both are quiet; what the server sends comes in pieces of at most `piece` bytes.
    mutating func exchange(piece: Int = .max) {
        while true {
            let outgoing = drain()
            server.receive(outgoing.span)
            let received = [UInt8](server.received.span)
            server.received.removeAll()
            http.receive(received.span)
            while let request = http.nextRequest() { requests.append(request) }
            if server.state == .established { server.send(http.drainOutput().span) }
            let incoming = server.drainOutput()
            deliver(incoming, piece: piece)
            if outgoing.isEmpty && incoming.isEmpty { return }
        }
    }

    mutating func drain() -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            var span = buffer.mutableSpan
            let count = session.drainOutput(into: &span)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    mutating func deliver(_ bytes: [UInt8], piece: Int = .max) {
        var start = 0
        while start < bytes.count {
            let end = start + min(bytes.count - start, piece)
            session.receive(bytes.span.extracting(start..<end), now: now)
            takeEvents()
            start = end
        }
    }

    mutating func deliverEnd(isReset: Bool = false) {
        session.receiveEnd(isReset: isReset, now: now)
        takeEvents()
    }

    /// Answers the oldest request with that.
    mutating func respond(_ response: HTTP2ServerResponse) {
        http.respond(to: requests.removeFirst().stream, with: response)
        exchange()
    }

    /// Answers all requests as a server does that works.
    mutating func answerAll() {
        exchange()
        for request in requests {
            http.respond(
                to: request.stream, with: HTTP2ServerResponse(message: TestMessage.answer(to: request.body)))
        }
        requests = []
        exchange()
    }

    mutating func wait(milliseconds: UInt64) {
        now = now.advanced(byMilliseconds: milliseconds)
        session.deadlineReached(now: now)
        takeEvents()
    }

    mutating func takeUnanswered() -> [UInt64] {
        var attempts: [UInt64] = []
        while let attempt = session.nextUnanswered() { attempts.append(attempt) }
        return attempts.sorted()
    }

    var answered: [UInt64] {
        outcomes.compactMap { if case .answer(let attempt, _, _) = $0 { attempt } else { nil } }
    }

    private mutating func takeEvents() {
        while let event = session.nextEvent() {
            switch event {
            case .established: outcomes.append(.established)
            case .answer(let attempt, let byteCount, let age):
                let message = Array(session.message)
                precondition(message.count == byteCount)
                outcomes.append(.answer(attempt, message, age: age))
            case .attemptFailed(let attempt, let failure): outcomes.append(.attemptFailed(attempt, failure))
            case .closed(let closure): outcomes.append(.closed(closure))
            case .failed(let failure): outcomes.append(.failed(failure))
            }
        }
    }
}
