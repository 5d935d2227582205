import ByteCodec
import LabPeers
import NetworkTypes
import SecureTransport
import TLSEngine

/// A session of ours and a server of the lab's in memory, and a clock that stands until a test moves it.
struct DoTPair: ~Copyable {
    static let verificationTime: Int64 = 1_900_000_000
    static let name = "dns.lab.example"

    /// One authority, one server and one context, shared by the pairs of a test.
    struct Lab {
        let server: TLSServerContext
        let context: TLSContext

        init(name: String = DoTPair.name, versions: ClosedRange<LabPeers.TLSVersion> = .tls12 ... .tls13) throws {
            let validity = CertificateValidity.unixTime(
                Int(verificationTime) - 86_400...Int(verificationTime) + 86_400)
            let authority = CertificateAuthority(validity: validity)
            server = TLSServerContext(
                TLSServerConfiguration(
                    identity: authority.issue(LeafTemplate(name: name, validity: validity)),
                    minimumVersion: versions.lowerBound, maximumVersion: versions.upperBound))
            let store = try TrustStore(pem: Array(authority.certificate.pem.utf8).span)
            context = try TLSContext(serverName: DoTPair.name, authentication: .chain(store))
        }
    }

    enum Outcome: Equatable {
        case established
        case answer(UInt64, [UInt8])
        case closed(SessionClosure)
        case failed(SessionFailure)
    }

    var session: DoTSession
    var server: TLSServerSession
    var now = MonotonicInstant(nanoseconds: 1_000_000_000)
    var outcomes: [Outcome] = []
    /// Queries that reached the server and were not answered yet, in order of arrival.
    var queries: [[UInt8]] = []
    private var serverInput: [UInt8] = []

    init(_ lab: Lab, seed: UInt64 = 7, timeouts: SessionTimeouts = SessionTimeouts()) {
        session = DoTSession(
            context: lab.context, verificationTime: DoTPair.verificationTime, networkEpoch: 1, seed: (seed, 0x5EED),
            timeouts: timeouts, now: now)
        server = TLSServerSession(context: lab.server)
    }

    /// A pair whose handshake is done.
    static func established(_ lab: Lab, seed: UInt64 = 7) -> DoTPair {
        var pair = DoTPair(lab, seed: seed)
        pair.exchange()
        pair.outcomes = []
        return pair
    }

    mutating func send(_ message: [UInt8], attempt: UInt64) -> SendOutcome {
        session.send(message.span, attempt: attempt, now: now)
    }

    /// Carries bytes both ways until both are quiet; `split` cuts what the server sends.
    mutating func exchange(_ split: (Int) -> Int = { $0 }) {
        while true {
            let outgoing = drain()
            receiveAtServer(outgoing)
            let incoming = server.drainOutput()
            deliver(incoming, split)
            if outgoing.isEmpty && incoming.isEmpty { return }
        }
    }

    /// What the session has for the network.
    mutating func drain(room: Int = 1_500) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: room)
        while true {
            var span = buffer.mutableSpan
            let count = session.drainOutput(into: &span)
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    mutating func receiveAtServer(_ bytes: [UInt8]) {
        server.receive(bytes.span)
        serverInput += Array(server.received.span)
        server.received.removeAll()
        while serverInput.count >= 2 {
            let end = 2 + (Int(serverInput[0]) << 8 | Int(serverInput[1]))
            guard serverInput.count >= end else { break }
            queries.append(Array(serverInput[2..<end]))
            serverInput.removeSubrange(..<end)
        }
    }

    /// Gives ciphertext to the session, in pieces whose sizes `split` chooses.
    mutating func deliver(_ bytes: [UInt8], _ split: (Int) -> Int = { $0 }) {
        var start = 0
        while start < bytes.count {
            let end = start + max(1, min(bytes.count - start, split(bytes.count - start)))
            session.receive(bytes.span.extracting(start..<end), now: now)
            takeEvents()
            start = end
        }
    }

    mutating func deliverEnd(isReset: Bool = false) {
        session.receiveEnd(isReset: isReset, now: now)
        takeEvents()
    }

    /// Lets the server encrypt `plaintext`.
    mutating func say(_ plaintext: [UInt8]) { server.send(plaintext.span) }

    /// Lets the server answer what it has been asked, and carries the answers.
    mutating func answerAll(padding: Int = 16) {
        exchange()
        let answers = queries.flatMap { TestMessage.framed(TestMessage.answer(to: $0, padding: padding)) }
        queries = []
        say(answers)
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
        return attempts
    }

    var answered: [UInt64] {
        outcomes.compactMap { if case .answer(let attempt, _) = $0 { attempt } else { nil } }
    }

    private mutating func takeEvents() {
        while let event = session.nextEvent() {
            switch event {
            case .established: outcomes.append(.established)
            case .answer(let attempt, let byteCount, _):
                let message = Array(session.message)
                precondition(message.count == byteCount)
                outcomes.append(.answer(attempt, message))
                if let milliseconds = TestMessage.idleMilliseconds(in: message) {
                    session.serverKeeps(milliseconds: milliseconds)
                }
            case .attemptFailed: preconditionFailure("over a plain stream attempts fail only with it")
            case .closed(let closure): outcomes.append(.closed(closure))
            case .failed(let failure): outcomes.append(.failed(failure))
            }
        }
    }
}
