internal import ByteCodec
internal import DNSWire
package import NetworkTypes
package import TLSEngine

/// One DNS-over-TLS connection (RFC 7858): messages in, answers out, in whatever order the server has them ready.
///
/// After each call to ``receive(_:now:)``, ``receiveEnd(isReset:now:)`` or ``deadlineReached(now:)`` the caller takes
/// events until there are none; after these and after ``send(_:attempt:now:)`` it drains the output. What a server says
/// about idle connections (RFC 7828), which who takes the answers apart hands back, makes it close earlier and never
/// later: a connection that ends is an event like any other.
package struct DoTSession: ~Copyable {
    /// Attempts under way at once on one connection.
    package static let maximumOutstanding = OutstandingTable.maximumCount
    /// A 16-bit length precedes each message (RFC 1035 section 4.2.2).
    package static let maximumMessageBytes = 65_535

    private var tls: TLSSession
    private var clock: SessionClock
    private let key: NameHashKey
    private var identifiers: IdentifierGenerator
    private var outstanding = OutstandingTable()
    private var queue = FrameQueue()
    /// Bytes of plaintext that belong to the answer told last.
    private var frameBytes = 0
    /// Told once the answers that came before it are taken.
    private var end: SessionEvent?
    /// The server wants it closed after what is outstanding.
    private var isClosing = false

    /// Whether the connection has brought an answer before: its end then says nothing about the server, and what it
    /// left unanswered deserves one try on a fresh connection.
    package private(set) var isReused = false
    package private(set) var skipped = SkippedAnswers()

    /// Starts the handshake: the output is the ClientHello. The handshake's time runs from `now`, so that a caller who
    /// begins with the connect makes it part of it. Certificates are judged as of `verificationTime` (Unix seconds);
    /// tickets are used within one `networkEpoch`. `seed` is secret: it keys ids and the recognition of questions.
    package init(
        context: TLSContext, verificationTime: Int64, networkEpoch: UInt64, seed: (UInt64, UInt64),
        timeouts: SessionTimeouts = SessionTimeouts(), now: MonotonicInstant
    ) {
        tls = TLSSession(context: context, verificationTime: verificationTime, networkEpoch: networkEpoch)
        clock = SessionClock(timeouts, now: now)
        key = NameHashKey(seed.0, seed.1)
        identifiers = IdentifierGenerator(seed: seed.0 ^ seed.1)
    }

    /// The handshake has succeeded; it stays so after the end.
    package private(set) var isEstablished = false

    /// Ended, by whatever side: nothing is accepted any more.
    package var isOver: Bool { tls.isOver }

    /// Whether queries are taken. A connection that the server wants closed takes none, and goes on answering.
    package var isAccepting: Bool { !isOver && !isClosing }

    /// How many attempts wait for an answer.
    package var outstandingCount: Int { outstanding.waitingCount }

    // MARK: - The user's side

    /// Queues `message`, a query with one question, to leave with everything else that is ready; its id is replaced.
    package mutating func send(_ message: Span<UInt8>, attempt: UInt64, now: MonotonicInstant) -> SendOutcome {
        precondition(message.count <= DoTSession.maximumMessageBytes, "the message is longer than its length can say")
        guard isAccepting else { return .closed }
        guard !outstanding.isFull, queue.hasRoom(for: message) else { return .full }
        guard let question = QuestionFingerprint(of: message, key) else {
            preconditionFailure("a query has exactly one question")
        }
        let entry = OutstandingTable.Entry(attempt: attempt, question: question)
        queue.append(message, identifier: outstanding.insert(entry, proposal: identifiers.next()))
        clock.sent(now: now)
        return .accepted
    }

    /// Forgets an attempt: its answer, if one comes, is skipped. That an answer is due is not forgotten. False when the
    /// attempt was not under way here.
    @discardableResult
    package mutating func abandon(attempt: UInt64) -> Bool { outstanding.abandon(attempt) }

    package mutating func nextEvent() -> SessionEvent? {
        tls.consumePlaintext(frameBytes)
        frameBytes = 0
        while let event = tls.nextEvent() {
            switch event {
            case .established(let details):
                isEstablished = true
                return .established(details)
            case .closed: end = .closed(.byPeer)
            case .failed(let failure): end = SessionEvent(endedBy: failure, isEstablished: isEstablished)
            }
        }
        if let answer = nextAnswer() { return answer }
        if isClosing, !isOver, outstanding.waitingCount == 0 {
            tls.close()
            end = .closed(.byPeer)
        }
        return end.take()
    }

    /// The message of the ``SessionEvent/answer(attempt:byteCount:age:)`` taken last; its id is this connection's.
    package var message: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { tls.plaintext.extracting(min(2, frameBytes)..<frameBytes) }
    }

    /// The answer taken last says for how long the server keeps an idle connection (RFC 7828). 0 is the wish that this one be
    /// closed (section 3.2.2): no query is taken any more, and what is outstanding is answered.
    package mutating func serverKeeps(milliseconds: UInt64) {
        if milliseconds == 0 { isClosing = true } else { clock.keeps(milliseconds: milliseconds) }
    }

    /// After the end: the attempts that got no answer, each exactly once, in no order.
    package mutating func nextUnanswered() -> UInt64? { isOver ? outstanding.removeNext() : nil }

    /// Ends the session in order: close_notify is added to the output, and no event follows.
    package mutating func close() { tls.close() }

    // MARK: - The network's side

    /// Takes bytes from the network, split anywhere.
    package mutating func receive(_ bytes: Span<UInt8>, now: MonotonicInstant) {
        guard !isOver else { return }
        clock.received(now: now, isEstablished: tls.isEstablished)
        tls.receive(bytes)
    }

    /// Takes the end of the server's stream: an orderly one, or a reset.
    package mutating func receiveEnd(isReset: Bool = false, now: MonotonicInstant) {
        guard !isOver else { return }
        clock.received(now: now, isEstablished: true)
        if isReset {
            tls.close()
            end = .failed(.reset)
        } else {
            tls.receiveEnd()
        }
    }

    /// Moves what is ready for the network into `bytes`, as far as it fits, and answers how many bytes; 0 says that
    /// nothing is ready. Messages that are ready together leave in one TLS record of at most 16 KiB, or as few as
    /// hold them.
    package mutating func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int {
        // While an earlier flush is still waiting for the network, messages gather for the next.
        if tls.isEstablished, !queue.isEmpty, tls.outputCount < DoTSession.flushThresholdBytes {
            queue.flush(into: &tls)
        }
        return tls.drainOutput(into: &bytes)
    }

    /// One record: with a full queue added the output stays within what TLSEngine permits.
    private static let flushThresholdBytes = 16_384

    // MARK: - Time

    /// When ``deadlineReached(now:)`` wants to be called; nil after the end. Any other call may move it.
    package var deadline: MonotonicInstant? {
        isOver ? nil : clock.deadline(isEstablished: tls.isEstablished)
    }

    package mutating func deadlineReached(now: MonotonicInstant) {
        guard let deadline, deadline <= now else { return }
        end = clock.end(isEstablished: tls.isEstablished)
        tls.close()
    }
}

// MARK: - Answers and ends

extension DoTSession {
    /// The next message that answers an attempt; what does not is skipped and counted.
    private mutating func nextAnswer() -> SessionEvent? {
        while let length = DoTSession.frameLength(in: tls.plaintext) {
            if let attempt = takeAttempt(answeredBy: verdict(length: length)) {
                isReused = true
                frameBytes = 2 + length
                return .answer(attempt: attempt, byteCount: length, age: 0)
            }
            tls.consumePlaintext(2 + length)
        }
        return nil
    }

    /// The length of the first frame; nil when it is not there in whole.
    private static func frameLength(in plaintext: Span<UInt8>) -> Int? {
        guard plaintext.count >= 2 else { return nil }
        let length = Int(plaintext.bigEndianUInt16(at: 0))
        return plaintext.count >= 2 + length ? length : nil
    }

    /// What the first frame is.
    private enum Verdict {
        case answer(identifier: UInt16)
        case unknownIdentifier
        case otherQuestion
        case malformed
    }

    private borrowing func verdict(length: Int) -> Verdict {
        let message = tls.plaintext.extracting(2..<2 + length)
        guard let header = try? Header(message), header.flags.isResponse else { return .malformed }
        guard let entry = outstanding[header.id] else { return .unknownIdentifier }
        // A server that could not read the query may leave its question out.
        let isBareError = header.questionCount == 0 && header.flags.responseCode != .noError
        let isSameQuestion = isBareError || QuestionFingerprint(of: message, key) == entry.question
        return isSameQuestion ? .answer(identifier: header.id) : .otherQuestion
    }

    /// The attempt that has its answer; nil, and counted, when nobody waits for it.
    private mutating func takeAttempt(answeredBy verdict: Verdict) -> UInt64? {
        switch verdict {
        case .answer(let identifier):
            let attempt = outstanding[identifier]?.attempt
            outstanding.remove(identifier)
            clock.answered(isWaiting: !outstanding.isEmpty)
            if attempt == nil { skipped.late += 1 }
            return attempt
        case .unknownIdentifier: skipped.unknownIdentifier += 1
        case .otherQuestion: skipped.otherQuestion += 1
        case .malformed: skipped.malformed += 1
        }
        return nil
    }
}
