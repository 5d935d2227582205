internal import DNSWire
package import HTTP2Engine
package import NetworkTypes
package import TLSEngine

/// One DNS-over-HTTPS connection (RFC 8484, by POST over HTTP/2): messages in, answers out, as each is ready.
///
/// It is driven as ``DoTSession`` is. Beside that, an attempt can fail while the connection goes on, and a server can
/// say that it takes no more: then what it has is still answered, and the session ends with the last of that.
package struct DoHSession: ~Copyable {
    package static let mediaType = "application/dns-message"
    /// Attempts under way at once on one connection, those included that wait for a stream.
    package static let maximumOutstanding = HTTP2Session.maximumRequests
    /// The protocol to be chosen by ALPN (RFC 9113 section 3.2).
    private static let applicationProtocol = "h2"
    /// One record: what is ready is written when less than that waits for the network.
    private static let flushThresholdBytes = 16_384

    private struct Entry {
        /// Nil when it was abandoned.
        var attempt: UInt64?
        var question: QuestionFingerprint
    }

    private var tls: TLSSession
    private var http: HTTP2Session
    private var clock: SessionClock
    private let key: NameHashKey
    /// By the number of the request; nil when nothing is asked under it.
    private var entries: [Entry?] = []
    private var waitingCount = 0
    private var hasMessage = false
    /// Told once the answers that came before it are taken.
    private var end: SessionEvent?
    /// Nothing more is asked, and the end comes with the last answer, for that reason.
    private var isClosing = false
    private var reason = SessionEvent.closed(.byPeer)
    private var nextRemoval = 0

    /// Whether the connection has brought an answer before.
    package private(set) var isReused = false
    package private(set) var skipped = SkippedAnswers()
    /// The handshake has succeeded; it stays so after the end.
    package private(set) var isEstablished = false

    /// As for ``DoTSession/init(context:verificationTime:networkEpoch:seed:timeouts:now:)``; `context` offers `h2`.
    package init(
        context: TLSContext, target: HTTP2Target, verificationTime: Int64, networkEpoch: UInt64,
        seed: (UInt64, UInt64), timeouts: SessionTimeouts = SessionTimeouts(), now: MonotonicInstant
    ) {
        tls = TLSSession(context: context, verificationTime: verificationTime, networkEpoch: networkEpoch)
        http = HTTP2Session(target)
        clock = SessionClock(timeouts, now: now)
        key = NameHashKey(seed.0, seed.1)
    }

    /// Ended, by whatever side: nothing is accepted any more.
    package var isOver: Bool { tls.isOver }

    /// Whether queries are taken. A connection that the server is about to end takes none, and goes on answering.
    package var isAccepting: Bool { !isOver && !isClosing && http.isAccepting }

    /// How many attempts wait for an answer.
    package var outstandingCount: Int { waitingCount }

    // MARK: - The user's side

    /// Queues `message`, a query with one question, to leave with everything else that is ready; its id becomes 0
    /// (RFC 8484 section 4.1).
    package mutating func send(_ message: Span<UInt8>, attempt: UInt64, now: MonotonicInstant) -> SendOutcome {
        guard isAccepting else { return .closed }
        guard !http.isFull else { return .full }
        guard let question = QuestionFingerprint(of: message, key) else {
            preconditionFailure("a query has exactly one question")
        }
        let isFirst = !http.hasRequests
        let request = http.send(message, beginningWith: 0)
        while entries.count <= request { entries.append(nil) }
        entries[request] = Entry(attempt: attempt, question: question)
        waitingCount += 1
        clock.sent(now: now, isFirst: isFirst)
        return .accepted
    }

    /// Forgets an attempt: its answer, if one comes, is skipped.
    @discardableResult
    package mutating func abandon(attempt: UInt64) -> Bool {
        guard let request = entries.firstIndex(where: { $0?.attempt == attempt }) else { return false }
        entries[request]?.attempt = nil
        waitingCount -= 1
        http.cancel(request)
        return true
    }

    package mutating func nextEvent() -> SessionEvent? {
        hasMessage = false
        while let event = tls.nextEvent() {
            if let event = take(event) { return event }
        }
        while let event = http.nextEvent() {
            if let event = take(event) { return event }
        }
        if isClosing, !isOver, !http.hasRequests { close(reason) }
        return end.take()
    }

    /// The message of the answer taken last; its id is 0.
    package var message: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { hasMessage ? http.body : http.body.extracting(first: 0) }
    }

    /// After the end: the attempts that got no answer, each exactly once, in no order.
    package mutating func nextUnanswered() -> UInt64? {
        guard isOver else { return nil }
        while nextRemoval < entries.count {
            defer { nextRemoval += 1 }
            guard let attempt = entries[nextRemoval]?.attempt else { continue }
            entries[nextRemoval] = nil
            waitingCount -= 1
            return attempt
        }
        return nil
    }

    /// Ends the session in order: close_notify is added to the output, and no event follows.
    package mutating func close() { tls.close() }

    // MARK: - The network's side

    /// Takes bytes from the network, split anywhere.
    package mutating func receive(_ bytes: Span<UInt8>, now: MonotonicInstant) {
        guard !isOver else { return }
        clock.received(now: now, isEstablished: tls.isEstablished)
        tls.receive(bytes)
        let byteCount = tls.plaintext.count
        http.receive(tls.plaintext)
        tls.consumePlaintext(byteCount)
    }

    /// Takes the end of the server's stream: an orderly one, or a reset.
    package mutating func receiveEnd(isReset: Bool = false, now: MonotonicInstant) {
        guard !isOver else { return }
        clock.received(now: now, isEstablished: true)
        if isReset {
            close(.failed(.reset))
        } else {
            tls.receiveEnd()
        }
    }

    /// Moves what is ready for the network into `bytes`, as far as it fits, and answers how many bytes; 0 says that
    /// nothing is ready. Head and body of all requests that are ready together leave in one TLS record, or as few as
    /// hold them.
    package mutating func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int {
        // Nothing leaves before the server is known to speak HTTP/2.
        if isEstablished, !isOver, tls.outputCount < DoHSession.flushThresholdBytes {
            http.flush()
            DoHSession.write(&http, to: &tls)
        }
        return tls.drainOutput(into: &bytes)
    }

    private static func write(_ http: inout HTTP2Session, to tls: inout TLSSession) {
        let byteCount = http.output.count
        tls.send(http.output)
        http.consumeOutput(byteCount)
    }

    // MARK: - Time

    /// When ``deadlineReached(now:)`` wants to be called; nil after the end. Any other call may move it.
    package var deadline: MonotonicInstant? {
        if isOver { return nil }
        // What came to light while output was written is to be told at once.
        return http.hasEvents ? clock.receivedAt : dueTime
    }

    private var dueTime: MonotonicInstant {
        clock.deadline(isEstablished: tls.isEstablished, isWaiting: http.hasRequests)
    }

    package mutating func deadlineReached(now: MonotonicInstant) {
        guard !isOver, dueTime <= now else { return }
        close(clock.end(isEstablished: tls.isEstablished, isWaiting: http.hasRequests))
    }
}

// MARK: - Events

extension DoHSession {
    private mutating func close(_ event: SessionEvent) {
        end = event
        // What HTTP/2 has to say about it, and no request more.
        if isEstablished { DoHSession.write(&http, to: &tls) }
        tls.close()
    }

    private mutating func take(_ event: TLSEvent) -> SessionEvent? {
        switch event {
        case .established(let details):
            guard details.applicationProtocol == DoHSession.applicationProtocol else {
                close(.failed(.noHTTP2))
                return nil
            }
            isEstablished = true
            return .established(details)
        case .closed: end = .closed(.byPeer)
        case .failed(let failure): end = SessionEvent(endedBy: failure, isEstablished: isEstablished)
        }
        return nil
    }

    private mutating func take(_ event: HTTP2Event) -> SessionEvent? {
        switch event {
        case .response(let request, let response): return answer(to: request, response)
        case .requestFailed(let request, let failure): return failed(request, failure)
        case .goingAway(let code):
            isClosing = true
            if code != .noError { reason = .failed(.http2(.goneAway(code))) }
        case .failed(let failure): close(.failed(.http2(failure)))
        }
        return nil
    }

    /// The attempt that has its answer; what nobody waits for is counted.
    private mutating func takeEntry(_ request: Int) -> (attempt: UInt64, question: QuestionFingerprint)? {
        let entry = entries[request].take()
        clock.answered(isWaiting: http.hasRequests)
        guard let entry, let attempt = entry.attempt else {
            skipped.late += 1
            return nil
        }
        waitingCount -= 1
        return (attempt, entry.question)
    }

    private mutating func answer(to request: Int, _ response: HTTP2Response) -> SessionEvent? {
        guard let (attempt, question) = takeEntry(request) else { return nil }
        if let failure = AttemptFailure(response) ?? judge(http.body, question) {
            return .attemptFailed(attempt: attempt, failure)
        }
        isReused = true
        hasMessage = true
        return .answer(attempt: attempt, byteCount: http.body.count, age: response.age)
    }

    private mutating func failed(_ request: Int, _ failure: HTTP2RequestFailure) -> SessionEvent? {
        guard let (attempt, _) = takeEntry(request) else { return nil }
        switch failure {
        case .refused: return .attemptFailed(attempt: attempt, .unprocessed)
        case .tooLong: return .attemptFailed(attempt: attempt, .malformed)
        case .reset:
            // Whatever is wrong with the connection, what is asked again goes over another one.
            isClosing = true
            return .attemptFailed(attempt: attempt, .reset)
        }
    }

    /// Why the message is not the answer to that question; nil when it is.
    private func judge(_ message: Span<UInt8>, _ question: QuestionFingerprint) -> AttemptFailure? {
        guard let header = try? Header(message), header.flags.isResponse else { return .malformed }
        // A server that could not read the query may leave its question out.
        let isBareError = header.questionCount == 0 && header.flags.responseCode != .noError
        return isBareError || QuestionFingerprint(of: message, key) == question ? nil : .otherQuestion
    }
}

extension AttemptFailure {
    /// Nil for a head behind which there is an answer.
    fileprivate init?(_ response: HTTP2Response) {
        switch response.status {
        case 200..<300 where response.hasExpectedMediaType: return nil
        case 200..<300: self = .wrongMediaType
        case 300..<400: self = .redirected
        case 500..<600: self = .unavailable
        default: self = .rejected
        }
    }
}
