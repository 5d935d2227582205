internal import ByteCodec
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore

/// One client's TCP connection: queries in any number, answers in the order they are ready (RFC 7766 section 6.2.1.1).
final class ClientStream {
    /// Queries under way at once; more are left in the kernel's buffer until answers have left.
    static let maximumPendingQueries = 128
    /// Answers that the client does not read: the largest two, and some. A client that lets more pile up is dropped.
    static let maximumUnsentBytes = 256 * 1024
    /// Milliseconds without a query, an answer or progress in reading answers. RFC 7766 section 6.2.3 asks for
    /// seconds, and a stub's clients are on the same machine.
    static let idleMilliseconds: UInt64 = 10_000
    /// A 16-bit length before each message (RFC 1035 section 4.2.2).
    static let lengthBytes = 2
    /// Shorter is no DNS message at all: the client speaks something else.
    static let minimumMessageBytes = 12

    let identifier: UInt64
    let socket: StreamSocket
    let client: Client
    /// The beginning of a message, or messages beyond ``maximumPendingQueries``.
    var input = ByteQueue()
    var output = ByteQueue()
    var pendingQueries = 0
    var lastActivity: MonotonicInstant
    /// The client will ask nothing more, but still wants its answers.
    var isReadClosed = false
    var interest: Readiness = .readable
    var isDirty = false

    init(identifier: UInt64, socket: consuming StreamSocket, client: Client, now: MonotonicInstant) {
        self.identifier = identifier
        self.socket = socket
        self.client = client
        lastActivity = now
    }

    var canTakeQueries: Bool { pendingQueries < ClientStream.maximumPendingQueries }

    /// Nothing is under way: what an idle limit or a full table may end.
    var isIdle: Bool { pendingQueries == 0 && output.isEmpty }

    var isFinished: Bool { isReadClosed && isIdle }

    var idleDeadline: MonotonicInstant { lastActivity.advanced(byMilliseconds: ClientStream.idleMilliseconds) }

    var wantedInterest: Readiness {
        var wanted: Readiness = []
        if canTakeQueries, !isReadClosed { wanted.insert(.readable) }
        if !output.isEmpty { wanted.insert(.writable) }
        return wanted
    }

    func append(answer: Span<UInt8>) {
        output.appendBigEndian(UInt16(answer.count))
        output.append(answer)
    }

    /// Writes what the client takes now; false when the connection is of no more use.
    func flush(now: MonotonicInstant) -> Bool {
        while !output.isEmpty {
            switch socket.write(output.span) {
            case .moved(let count):
                output.consume(count)
                lastActivity = now
            case .wouldBlock:
                return output.count <= ClientStream.maximumUnsentBytes
            case .end, .failed:
                return false
            }
        }
        return true
    }
}
