internal import ByteCodec
internal import NetworkTypes

/// The server's end of one connection, misbehaviour included: ciphertext and time in, ciphertext out. It speaks DNS
/// over HTTPS (RFC 8484) where `h2` was agreed on, and else DNS over TLS (RFC 7858). No socket, no clock.
struct DoTServerConnection: ~Copyable {
    /// What the owner of the socket is to do once the output is written.
    enum Fate: Equatable {
        case open
        /// Close the socket, in order.
        case finished
        /// Close the socket with RST.
        case reset
    }

    private(set) var fate = Fate.open
    private var session: TLSServerSession
    /// Made when `h2` has been agreed on.
    private var http: HTTP2ServerSession?
    private let responder: ZoneResponder
    private let behaviour: Behaviour
    /// Answers that wait for their moment, which comes in this order; the stream is that of an HTTP request.
    private var waiting: [(due: MonotonicInstant, message: [UInt8], stream: Int32)] = []
    private var lastHeard: MonotonicInstant
    private var queryCount = 0
    private var answerCount = 0

    init(context: TLSServerContext, responder: ZoneResponder, behaviour: Behaviour, now: MonotonicInstant) {
        session = TLSServerSession(context: context)
        self.responder = responder
        self.behaviour = behaviour
        lastHeard = now
    }

    /// Ciphertext that waits for a slow reader; above it nothing more is read from the client.
    static let maximumOutput = 1 << 20
    /// Answers that may be held back at a time.
    static let maximumWaiting = 1_000

    /// Whether the connection wants to hear more before its output is written.
    var wantsInput: Bool {
        fate == .open && session.outputCount < DoTServerConnection.maximumOutput
            && waiting.count < DoTServerConnection.maximumWaiting
    }

    var outputCount: Int { session.outputCount }

    mutating func receive(_ ciphertext: Span<UInt8>, now: MonotonicInstant, counters: inout DoTServerCounters) {
        guard fate == .open else { return }
        lastHeard = now
        if behaviour.isSilent { return }
        let wasEstablished = session.state != .handshaking
        session.receive(ciphertext)
        if !wasEstablished { countHandshake(&counters) }
        if !wasEstablished, session.applicationProtocol == "h2" { http = HTTP2ServerSession() }
        takeQueries(now, &counters)
        release(now, &counters)
        if fate == .open, session.state != .established, session.state != .handshaking { fate = .finished }
    }

    mutating func receiveEnd() {
        if fate == .open { fate = .finished }
    }

    /// All ciphertext that waits for the client.
    mutating func takeOutput() -> [UInt8] { session.drainOutput() }

    /// When something is to happen without anything coming in.
    var deadline: MonotonicInstant? {
        guard fate == .open else { return nil }
        let idle = behaviour.endsAfterIdle.map { lastHeard.advanced(byNanoseconds: $0) }
        guard let due = waiting.first?.due else { return idle }
        return idle.map { min($0, due) } ?? due
    }

    mutating func deadlineReached(_ now: MonotonicInstant, counters: inout DoTServerCounters) {
        guard fate == .open else { return }
        release(now, &counters)
        if let idle = behaviour.endsAfterIdle, waiting.isEmpty, lastHeard.advanced(byNanoseconds: idle) <= now {
            end(&counters)
        }
    }

    private func countHandshake(_ counters: inout DoTServerCounters) {
        switch session.state {
        case .handshaking: break
        case .failed, .truncated: counters.failedHandshakes += 1
        case .established, .closed:
            counters.handshakes += 1
            if session.isResumed { counters.resumed += 1 }
        }
    }

    private mutating func takeQueries(_ now: MonotonicInstant, _ counters: inout DoTServerCounters) {
        if http == nil { takeFrames(now, &counters) } else { takeRequests(now, &counters) }
    }

    /// Takes whole messages out of the stream (RFC 1035 section 4.2.2).
    private mutating func takeFrames(_ now: MonotonicInstant, _ counters: inout DoTServerCounters) {
        while fate == .open, session.received.count >= 2 {
            let count = Int(session.received.span.bigEndianUInt16(at: 0))
            guard session.received.count >= 2 + count else { return }
            let query = [UInt8](session.received.span.extracting(2..<2 + count))
            session.received.consume(2 + count)
            take(query, of: 0, now, &counters)
        }
    }

    private mutating func takeRequests(_ now: MonotonicInstant, _ counters: inout DoTServerCounters) {
        let bytes = [UInt8](session.received.span)
        session.received.removeAll()
        if http?.receive(bytes.span) == false { fate = .finished }
        while fate == .open, let request = http?.nextRequest() {
            if let refusal = DoHService.refusal(of: request) {
                http?.respond(to: request.stream, with: refusal)
            } else {
                take(request.body, of: request.stream, now, &counters)
            }
        }
    }

    private mutating func take(
        _ query: [UInt8], of stream: Int32, _ now: MonotonicInstant, _ counters: inout DoTServerCounters
    ) {
        counters.queries += 1
        queryCount += 1
        guard let answer = responder.answer(query.span) else {
            http?.respond(to: stream, with: HTTP2ServerResponse(status: 400))
            return
        }
        for message in behaviour.foreign.chosen(for: query, number: counters.queries) {
            waiting.append((now.advanced(byNanoseconds: behaviour.delay), message, stream))
        }
        if !behaviour.foreign.replacesAnswer { take(answer, to: stream, now) }
    }

    /// Over HTTP a stream has one answer: what comes first is it.
    private mutating func take(_ answer: [UInt8], to stream: Int32, _ now: MonotonicInstant) {
        if let every = behaviour.ignoresEvery, queryCount % every == 0 { return }
        let due = now.advanced(byNanoseconds: behaviour.delay)
        if behaviour.sendsWrongIdentifierFirst {
            waiting.append((due, DoTServerConnection.misnumbered(answer), stream))
        }
        if behaviour.sendsWrongQuestionFirst { waiting.append((due, DoTServerConnection.misasked(answer), stream)) }
        waiting.append((due, answer, stream))
        if behaviour.repeatsAnswers { waiting.append((due, answer, stream)) }
    }

    /// Sends what is due, all of it in one flush.
    private mutating func release(_ now: MonotonicInstant, _ counters: inout DoTServerCounters) {
        var plaintext: [UInt8] = []
        let dueCount = waiting.prefix { $0.due <= now }.count
        var taken = 0
        while taken < dueCount, !isToEnd {
            if behaviour.endsBeforeAnswer == answerCount + 1 { break }
            write(waiting[taken].message, to: waiting[taken].stream, &plaintext)
            taken += 1
            answerCount += 1
        }
        waiting.removeFirst(taken)
        counters.answers += taken
        let isEnding = isToEnd || (taken < dueCount && behaviour.endsBeforeAnswer == answerCount + 1)
        if isEnding, behaviour.ending == .polite { http?.goAway() }
        plaintext += http?.drainOutput() ?? []
        if session.state == .established { session.send(plaintext.span) }
        if isEnding { end(&counters) }
    }

    private mutating func write(_ message: [UInt8], to stream: Int32, _ plaintext: inout [UInt8]) {
        guard http == nil else {
            http?.respond(to: stream, with: HTTP2ServerResponse(message: message))
            return
        }
        plaintext.appendBigEndian(UInt16(message.count))
        plaintext += message
    }

    private var isToEnd: Bool { behaviour.endsAfterAnswers.map { answerCount >= $0 } ?? false }

    private mutating func end(_ counters: inout DoTServerCounters) {
        counters.ended += 1
        if behaviour.ending == .polite { session.close() }
        fate = behaviour.ending == .reset ? .reset : .finished
    }

    private static func misnumbered(_ answer: [UInt8]) -> [UInt8] {
        var copy = answer
        copy[0] ^= 0xFF
        return copy
    }

    /// The answer to a question whose first letter is another one.
    private static func misasked(_ answer: [UInt8]) -> [UInt8] {
        var copy = answer
        if copy.count > 13, copy[12] > 0 {
            copy[13] = copy[13] == UInt8(ascii: "q") ? UInt8(ascii: "x") : UInt8(ascii: "q")
        }
        return copy
    }
}
