internal import ByteCodec
internal import NetworkTypes

/// The server's end of one connection, misbehaviour included: ciphertext and time in, ciphertext out. It speaks DNS
/// over HTTPS (RFC 8484) where `h2` was agreed on, and else DNS over TLS (RFC 7858). No socket, no clock.
struct UpstreamServerConnection: ~Copyable {
    /// What the owner of the socket is to do once the output is written.
    enum Fate: Equatable {
        case open
        /// Close the socket, in order.
        case finished
        /// Close the socket with RST.
        case reset
    }

    /// An answer that waits for its moment.
    private struct Waiting {
        let due: MonotonicInstant
        let query: [UInt8]
        /// Of an HTTP request.
        let stream: Int32
        /// Of the query on this connection, and on the server.
        let number: Int
        let serverNumber: Int
        let plan: ScriptedAnswer
    }

    private(set) var fate = Fate.open
    /// Nanoseconds from one byte to the next that leaves; nil for all at once.
    private(set) var pace: UInt64?
    private var session: TLSServerSession
    /// Made when `h2` has been agreed on.
    private var http: HTTP2ServerSession?
    private let responder: ZoneResponder
    private let conduct: ScriptedConnection
    private let number: Int
    private let maximumStreams: UInt32
    /// Bytes that go out before everything else, in the clear.
    private var clear: [UInt8] = []
    /// In the order of their moments.
    private var waiting: [Waiting] = []
    private var lastHeard: MonotonicInstant
    private var queryCount = 0
    /// Nothing more is said, whatever comes.
    private var isStalled = false
    /// GOAWAY has been said: what waits is answered, and then it ends.
    private var isLeaving = false
    /// Whether the end that has been decided on is announced.
    private var isPolite = false
    private var news: [String] = []

    /// `number`: of the connection on the server, from 1.
    init(
        context: TLSServerContext, responder: ZoneResponder, script: Script, number: Int, now: MonotonicInstant
    ) {
        session = TLSServerSession(context: context)
        self.responder = responder
        self.number = number
        conduct = ScriptedConnection(script, number: number)
        maximumStreams = script.maximumStreams
        lastHeard = now
        for rule in conduct.opening { open(rule) }
    }

    /// Ciphertext that waits for a slow reader; above it nothing more is read from the client.
    static let maximumOutput = 1 << 20
    /// Answers that may be held back at a time.
    static let maximumWaiting = 1_000
    private static let noiseBytes = 64

    /// Whether the connection wants to hear more before its output is written.
    var wantsInput: Bool {
        fate == .open && session.outputCount < UpstreamServerConnection.maximumOutput
            && waiting.count < UpstreamServerConnection.maximumWaiting
    }

    var outputCount: Int { clear.count + session.outputCount }

    mutating func receive(_ ciphertext: Span<UInt8>, now: MonotonicInstant, counters: inout UpstreamServerCounters) {
        guard fate == .open, !isStalled else { return }
        lastHeard = now
        let wasEstablished = session.state != .handshaking
        session.receive(ciphertext)
        if !wasEstablished { countHandshake(&counters) }
        if !wasEstablished, session.applicationProtocol == "h2" {
            http = HTTP2ServerSession(maximumStreams: maximumStreams)
        }
        takeQueries(now, &counters)
        release(now, &counters)
        if fate == .open, session.state != .established, session.state != .handshaking { fate = .finished }
    }

    mutating func receiveEnd() {
        if fate == .open { fate = .finished }
    }

    /// All ciphertext that waits for the client.
    mutating func takeOutput() -> [UInt8] {
        defer { clear = [] }
        return clear + session.drainOutput()
    }

    /// What lines of the script have done since this was last asked.
    mutating func takeNews() -> [String] {
        defer { news = [] }
        return news
    }

    /// When something is to happen without anything coming in.
    var deadline: MonotonicInstant? {
        guard fate == .open, !isStalled else { return nil }
        return [conduct.idle.map { lastHeard.advanced(byNanoseconds: $0.after) }, waiting.first?.due]
            .compactMap { $0 }.min()
    }

    mutating func deadlineReached(_ now: MonotonicInstant, counters: inout UpstreamServerCounters) {
        guard fate == .open, !isStalled else { return }
        release(now, &counters)
        guard let idle = conduct.idle, waiting.isEmpty, lastHeard.advanced(byNanoseconds: idle.after) <= now,
            case .end(let ending) = idle.rule.action
        else { return }
        tell(idle.rule)
        var plaintext: [UInt8] = []
        end(ending, &plaintext, &counters)
        send(plaintext)
    }

    private mutating func open(_ rule: ScriptRule) {
        tell(rule)
        switch rule.action {
        case .noise:
            var chance = conduct.chance(forAnswer: 0)
            clear += chance.bytes(UpstreamServerConnection.noiseBytes)
        case .trickle(let pace): self.pace = pace
        case .end(.stall): isStalled = true
        case .end(let ending): fate = ending == .reset ? .reset : .finished
        default: break
        }
    }

    private mutating func tell(_ rule: ScriptRule, answer: Int? = nil) {
        let place = answer.map { "connection \(number), answer \($0)" } ?? "connection \(number)"
        news.append("\(place): \(rule.text)")
    }

    private func countHandshake(_ counters: inout UpstreamServerCounters) {
        switch session.state {
        case .handshaking: break
        case .failed, .truncated: counters.failedHandshakes += 1
        case .established, .closed:
            counters.handshakes += 1
            if session.isResumed { counters.resumed += 1 }
        }
    }

    // MARK: - Queries

    private mutating func takeQueries(_ now: MonotonicInstant, _ counters: inout UpstreamServerCounters) {
        if http == nil { takeFrames(now, &counters) } else { takeRequests(now, &counters) }
    }

    /// Takes whole messages out of the stream (RFC 1035 section 4.2.2).
    private mutating func takeFrames(_ now: MonotonicInstant, _ counters: inout UpstreamServerCounters) {
        while fate == .open, session.received.count >= 2 {
            let count = Int(session.received.span.bigEndianUInt16(at: 0))
            guard session.received.count >= 2 + count else { return }
            let query = [UInt8](session.received.span.extracting(2..<2 + count))
            session.received.consume(2 + count)
            take(query, of: 0, now, &counters)
        }
    }

    private mutating func takeRequests(_ now: MonotonicInstant, _ counters: inout UpstreamServerCounters) {
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
        _ query: [UInt8], of stream: Int32, _ now: MonotonicInstant, _ counters: inout UpstreamServerCounters
    ) {
        counters.queries += 1
        queryCount += 1
        guard ZoneQuery(query.span) != nil else {
            http?.respond(to: stream, with: HTTP2ServerResponse(status: 400))
            return
        }
        let plan = conduct.plan(forAnswer: queryCount)
        for rule in plan.rules { tell(rule, answer: queryCount) }
        if plan.isIgnored { return }
        let answer = Waiting(
            due: now.advanced(byNanoseconds: plan.delay), query: query, stream: stream, number: queryCount,
            serverNumber: counters.queries, plan: plan)
        let place = waiting.lastIndex { $0.due <= answer.due }.map { $0 + 1 } ?? 0
        waiting.insert(answer, at: place)
    }

    // MARK: - Answers

    /// Sends what is due, all of it in one flush.
    private mutating func release(_ now: MonotonicInstant, _ counters: inout UpstreamServerCounters) {
        var plaintext = http?.drainOutput() ?? []
        let dueCount = waiting.prefix { $0.due <= now }.count
        var taken = 0
        while taken < dueCount, fate == .open, !isStalled {
            give(waiting[taken], &plaintext, &counters)
            taken += 1
        }
        waiting.removeFirst(taken)
        if isLeaving, waiting.isEmpty { end(.close, &plaintext, &counters) }
        send(plaintext)
    }

    /// Before the end of a connection is written, what was to go out before it is: `end` only notes it.
    private mutating func send(_ plaintext: [UInt8]) {
        if session.state == .established { session.send(plaintext.span) }
        if fate == .finished, isPolite { session.close() }
    }

    private mutating func give(
        _ answer: Waiting, _ plaintext: inout [UInt8], _ counters: inout UpstreamServerCounters
    ) {
        let plan = answer.plan
        var chance = conduct.chance(forAnswer: answer.number)
        if let pace = plan.pace { self.pace = pace }
        if plan.ending?.place == .before, let ending = plan.ending?.kind {
            end(ending, &plaintext, &counters)
            guard isLeaving else { return }
        }
        if plan.noisyPlaces.contains(.before) { plaintext += chance.bytes(UpstreamServerConnection.noiseBytes) }
        let start = plaintext.count
        write(answer, &chance, &plaintext, &counters)
        if plan.noisyPlaces.contains(.after) { plaintext += chance.bytes(UpstreamServerConnection.noiseBytes) }
        guard let ending = plan.ending, ending.place != .before else { return }
        if ending.place == .within { plaintext.removeSubrange((start + (plaintext.count - start) / 2)...) }
        end(ending.kind, &plaintext, &counters)
    }

    /// Over HTTP a stream has one answer: what comes first is it.
    private mutating func write(
        _ answer: Waiting, _ chance: inout ScriptChance, _ plaintext: inout [UInt8],
        _ counters: inout UpstreamServerCounters
    ) {
        let plan = answer.plan
        if plan.resetsStream, http != nil {
            http?.reset(answer.stream, code: UpstreamServerConnection.internalError)
            plaintext += http?.drainOutput() ?? []
            return
        }
        let forger = MessageForger(responder: responder, isHTTP: http != nil)
        func forged(_ message: ScriptedMessage) -> [[UInt8]] {
            forger.messages(message, for: answer.query, number: answer.serverNumber, &chance)
        }
        var messages = plan.messagesBefore.flatMap(forged)
        let isFalse = http != nil && plan.isFalseOverHTTP
        messages +=
            plan.messageInPlace.map(forged) ?? [
                forger.answer(answer.query, isFalse ? .false : .right, keepalive: plan.keepalive)
            ]
        messages += plan.messagesAfter.flatMap(forged)
        counters.answers += messages.count
        for message in messages { write(message, answer, &plaintext) }
    }

    /// RFC 9113 section 7.
    private static let internalError: UInt32 = 2

    private mutating func write(_ message: [UInt8], _ answer: Waiting, _ plaintext: inout [UInt8]) {
        guard http != nil else {
            plaintext.appendBigEndian(UInt16(message.count))
            plaintext += message
            return
        }
        var response = HTTP2ServerResponse(status: answer.plan.status ?? 200, body: message)
        response.fields = [HTTP2Field("content-type", answer.plan.mediaType ?? DoHService.mediaType)]
        http?.respond(to: answer.stream, with: response)
        plaintext += http?.drainOutput() ?? []
    }

    // MARK: - Ends

    private mutating func end(
        _ ending: ScriptRule.Ending, _ plaintext: inout [UInt8], _ counters: inout UpstreamServerCounters
    ) {
        switch ending {
        case .stall: isStalled = true
        case .goaway where http != nil && !waiting.isEmpty && !isLeaving:
            isLeaving = true
            http?.goAway()
            plaintext += http?.drainOutput() ?? []
        default:
            counters.ended += 1
            isPolite = ending != .cut && ending != .reset
            if isPolite { http?.goAway(lastStream: ending == .disown ? 0 : nil) }
            if isPolite { plaintext += http?.drainOutput() ?? [] }
            fate = ending == .reset ? .reset : .finished
        }
    }
}
