internal import ByteCodec
internal import Cryptography
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore

// The cache on its way: to the next process, from the one before, and into one of another size. Whoever takes it in serves
// meanwhile: a block in each turn.

/// A worker's part in taking over what another process left.
struct Takeover {
    fileprivate let file: HandoverFile
    /// Whose names are taken: those of this worker, among so many.
    fileprivate let worker: Int
    fileprivate let workerCount: Int
    fileprivate var offset = HandoverFormat.headLength
    fileprivate var answers = 0

    init(_ file: HandoverFile, worker: Int, of workerCount: Int) {
        self.file = file
        self.worker = worker
        self.workerCount = workerCount
    }
}

package enum TakeoverOutcome: Equatable, Sendable {
    /// So many answers were still worth keeping.
    case complete(Int)
    /// Nothing of it is believed.
    case damaged
}

extension Worker {
    /// How long carrying may go on before the next query is served: a few thousand answers are there by then, those first
    /// that were asked for again.
    private static let firstCarryNanoseconds: UInt64 = 2_000_000

    /// Writes what the cache holds, in at most `limitBytes`; answers how many bytes it took.
    mutating func handOver(to writer: HandoverWriter, limitBytes: Int, now: MonotonicInstant) -> Int {
        var position = Resolver.HandoverPosition()
        var written = 0
        while written + HandoverFormat.maximumBlockBytes <= limitBytes {
            let head = HandoverFormat.blockHeadLength
            let end = resolver.handOver(from: &position, now: now, into: &transferBuffer, from: head)
            guard end > head else { break }
            let digest = SHA256.digest(of: transferBuffer.span.extracting(head..<end))
            var block = transferBuffer.mutableSpan
            block.setBigEndian(UInt32(end - head), at: 0)
            block.copy(digest.bytes.span, to: 4)
            guard writer.append(transferBuffer.span.extracting(0..<end)) else { break }
            written += end
        }
        return written
    }

    /// Begins to take over; what remains after a short while follows turn by turn.
    mutating func begin(_ takeover: Takeover) {
        self.takeover = takeover
        beginCarrying()
    }

    /// Carries what can be carried in a short while.
    mutating func beginCarrying() {
        let start = MonotonicClock.now
        var now = start
        while isCarrying, now.nanoseconds(since: start) < Worker.firstCarryNanoseconds {
            carry(now: now)
            now = MonotonicClock.now
        }
    }

    /// Whether there is something to do that waits for nothing.
    var isCarrying: Bool { takeover != nil || resolver.isCarrying }

    /// Does the next piece of it.
    mutating func carry(now: MonotonicInstant) {
        if takeover != nil { continueTakeover(now: now) }
        if resolver.isCarrying { resolver.carry(through: &transferBuffer, now: now) }
    }

    private mutating func continueTakeover(now: MonotonicInstant) {
        guard var takeover else { return }
        switch takeover.file.block(at: takeover.offset, into: &transferBuffer) {
        case .end: return end(.complete(takeover.answers))
        case .damaged: return end(.damaged)
        case .answers(let range, let next):
            let (worker, count) = (takeover.worker, takeover.workerCount)
            let taken = resolver.takeOver(range, of: transferBuffer, now: now) {
                NameSteering.index(of: $0, among: count) == worker
            }
            guard let taken else { return end(.damaged) }
            takeover.answers += taken
            takeover.offset = next
            self.takeover = takeover
        }
    }

    private mutating func end(_ outcome: TakeoverOutcome) {
        takeover = nil
        if outcome == .damaged { resolver.flush() }
        notices.append(.tookOver(outcome))
    }
}
