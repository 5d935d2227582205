internal import ByteCodec
internal import NetworkTypes

/// The server's end of one DNS-over-TLS connection (RFC 7858), misbehaviour included: ciphertext and time in,
/// ciphertext out. No socket, no clock.
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
    private let responder: ZoneResponder
    private let behaviour: Behaviour
    /// Answers that wait for their moment, which comes in this order.
    private var waiting: [(due: MonotonicInstant, message: [UInt8])] = []
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

    /// Takes whole messages out of the stream (RFC 1035 section 4.2.2).
    private mutating func takeQueries(_ now: MonotonicInstant, _ counters: inout DoTServerCounters) {
        while fate == .open, session.received.count >= 2 {
            let count = Int(session.received.span.bigEndianUInt16(at: 0))
            guard session.received.count >= 2 + count else { return }
            let query = [UInt8](session.received.span.extracting(2..<2 + count))
            session.received.consume(2 + count)
            counters.queries += 1
            queryCount += 1
            guard let answer = responder.answer(query.span) else { continue }
            for message in behaviour.foreign.chosen(for: query, number: counters.queries) {
                waiting.append((now.advanced(byNanoseconds: behaviour.delay), message))
            }
            if !behaviour.foreign.replacesAnswer { take(answer, now) }
        }
    }

    private mutating func take(_ answer: [UInt8], _ now: MonotonicInstant) {
        if let every = behaviour.ignoresEvery, queryCount % every == 0 { return }
        let due = now.advanced(byNanoseconds: behaviour.delay)
        if behaviour.sendsWrongIdentifierFirst { waiting.append((due, DoTServerConnection.misnumbered(answer))) }
        if behaviour.sendsWrongQuestionFirst { waiting.append((due, DoTServerConnection.misasked(answer))) }
        waiting.append((due, answer))
        if behaviour.repeatsAnswers { waiting.append((due, answer)) }
    }

    /// Sends what is due, all of it in one flush.
    private mutating func release(_ now: MonotonicInstant, _ counters: inout DoTServerCounters) {
        var plaintext: [UInt8] = []
        let dueCount = waiting.prefix { $0.due <= now }.count
        var taken = 0
        while taken < dueCount, !isToEnd {
            if behaviour.endsBeforeAnswer == answerCount + 1 { break }
            plaintext.appendBigEndian(UInt16(waiting[taken].message.count))
            plaintext += waiting[taken].message
            taken += 1
            answerCount += 1
        }
        waiting.removeFirst(taken)
        counters.answers += taken
        if session.state == .established { session.send(plaintext.span) }
        if isToEnd || (taken < dueCount && behaviour.endsBeforeAnswer == answerCount + 1) { end(&counters) }
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
