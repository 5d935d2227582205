internal import ByteCodec
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore

/// One client's TCP connection: queries in any number, answers in the order they are ready (RFC 7766 section 6.2.1.1).
final class ClientStream: Sending {
    /// Queries under way at once; more are left in the kernel's buffer until answers have left.
    static let maximumPendingQueries = 128
    /// Answers that the client does not read: the largest two, and some. A client that lets more pile up is dropped.
    static let maximumUnsentBytes = 256 * 1024
    /// Milliseconds without a query, an answer or progress in reading answers.
    static let idleMilliseconds = Resolver.streamIdleMilliseconds
    /// A 16-bit length before each message (RFC 1035 section 4.2.2).
    static let lengthBytes = 2
    /// Shorter is no DNS message at all: the client speaks something else.
    static let minimumMessageBytes = 12

    let identifier: UInt64
    let channel: Channel
    let client: Client
    /// The beginning of a message, or messages beyond ``maximumPendingQueries``.
    var input = ByteQueue()
    var pendingQueries = 0
    private(set) var lastActivity: MonotonicInstant
    /// The client will ask nothing more, but still wants its answers.
    var isReadClosed = false
    var isListed = false

    init(identifier: UInt64, channel: Channel, client: Client, now: MonotonicInstant) {
        self.identifier = identifier
        self.channel = channel
        self.client = client
        lastActivity = now
    }

    var canTakeQueries: Bool { pendingQueries < ClientStream.maximumPendingQueries }

    /// Nothing is under way: what an idle limit or a full table may end.
    var isIdle: Bool { pendingQueries == 0 && channel.isEmpty }

    /// Without progress for the idle limit. Who waits for us is not idle, unless answers wait to be read.
    func isOverdue(now: MonotonicInstant) -> Bool {
        idleDeadline <= now && (pendingQueries == 0 || !channel.isEmpty)
    }

    var isFinished: Bool { isReadClosed && isIdle }

    var idleDeadline: MonotonicInstant { lastActivity.advanced(byMilliseconds: ClientStream.idleMilliseconds) }

    /// Reading goes on while queries can be taken.
    var wantedInterest: Readiness { canTakeQueries && !isReadClosed ? .readable : [] }

    /// A query came or an answer is ready. While answers wait to be read that is no progress: only reading them is, or
    /// who asks on and never reads would stay for ever.
    func noteActivity(now: MonotonicInstant) {
        if channel.isEmpty { lastActivity = now }
    }

    /// Writes what the client takes now; false when the connection is of no more use.
    func flush(now: MonotonicInstant) -> Bool {
        let (progress, byteCount) = channel.flush()
        if byteCount > 0 { lastActivity = now }
        return switch progress {
        case .sent: true
        case .blocked: channel.unsent.count <= ClientStream.maximumUnsentBytes
        case .broken: false
        }
    }
}
