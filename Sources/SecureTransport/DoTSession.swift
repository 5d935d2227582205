internal import ByteCodec
package import NetworkTypes
package import TLSEngine

/// One DNS-over-TLS connection (RFC 7858): messages in, answers out, in whatever order the server has them ready.
///
/// After each call to ``receive(_:now:)`` the caller takes events until there are none, then drains the output.
package struct DoTSession: ~Copyable {
    /// Attempts under way at once on one connection.
    package static let maximumOutstanding = OutstandingTable.maximumCount
    /// Bytes of messages that may wait for a flush or for the handshake: two of the largest, or a thousand usual ones.
    package static let maximumQueuedBytes = 2 * (2 + maximumMessageBytes)
    /// A 16-bit length precedes each message (RFC 1035 section 4.2.2).
    package static let maximumMessageBytes = 65_535
    /// The header of a DNS message (RFC 1035 section 4.1.1).
    package static let minimumMessageBytes = 12

    private var tls: TLSSession
    private var outstanding = OutstandingTable()

    /// Starts the handshake: the output is the ClientHello. The handshake's time runs from `now`, so that a caller who
    /// begins with the connect makes it part of it. `seed` feeds ids and keys the hash of questions.
    package init(
        context: TLSContext, verificationTime: Int64, networkEpoch: UInt64, seed: (UInt64, UInt64),
        timeouts: SessionTimeouts = SessionTimeouts(), now: MonotonicInstant
    ) {
        tls = TLSSession(context: context, verificationTime: verificationTime, networkEpoch: networkEpoch)
    }

    // MARK: - The user's side

    /// Queues `message`, whose id is overwritten, to leave with everything else that is ready.
    package mutating func send(_ message: Span<UInt8>, attempt: UInt64, now: MonotonicInstant) -> SendOutcome {
        fatalError("not written yet")
    }

    /// Forgets an attempt: its answer, if one comes, is skipped.
    package mutating func abandon(attempt: UInt64) {
    }

    /// Ends the session in order: close_notify is added to the output, and no event follows. What was not answered
    /// is told by ``nextUnanswered()``.
    package mutating func close() { tls.close() }

    package mutating func nextEvent() -> SessionEvent? { nil }

    /// The message of the ``SessionEvent/answer(attempt:byteCount:)`` taken last; its id is this connection's.
    package var message: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { tls.plaintext }
    }

    /// After the end: the attempts that got no answer, each exactly once, in no order.
    package mutating func nextUnanswered() -> UInt64? { outstanding.removeNext() }

    /// How many attempts wait for an answer.
    package var outstandingCount: Int { outstanding.count }

    package var isEstablished: Bool { tls.isEstablished }

    package private(set) var isOver = false

    /// Whether the connection has brought an answer before: its end then says nothing about the server, and what it
    /// left unanswered deserves one try on a fresh connection.
    package private(set) var isReused = false

    package private(set) var skipped = SkippedAnswers()

    // MARK: - The network's side

    /// Takes bytes from the network, split anywhere.
    package mutating func receive(_ bytes: Span<UInt8>, now: MonotonicInstant) {
        tls.receive(bytes)
    }

    /// Takes the end of the server's stream: an orderly one, or a reset.
    package mutating func receiveEnd(isReset: Bool = false, now: MonotonicInstant) {
    }

    /// Moves what is ready for the network into `bytes`, as far as it fits, and answers how many bytes; 0 says that
    /// nothing is ready. Messages that are ready together leave in one TLS record of at most 16 KiB, or as few as
    /// hold them.
    package mutating func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int {
        tls.drainOutput(into: &bytes)
    }

    // MARK: - Time

    /// When ``deadlineReached(now:)`` wants to be called; nil after the end. Valid until the next call of anything.
    package var deadline: MonotonicInstant? { nil }

    package mutating func deadlineReached(now: MonotonicInstant) {
    }
}
