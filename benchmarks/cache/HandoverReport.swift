import LinuxIO
import NetworkTypes
import ResolverCore

/// A full cache that is handed over to an empty one: what a restart does, but for the file between the two.
struct HandoverReport {
    /// As the daemon takes them.
    private static let pieceBytes = 24 * 1024

    private let count: Int

    init(count: Int) { self.count = count }

    func text() -> String {
        let old = CachedResolver(capacity: count)
        for number in 0..<UInt64(count) { _ = old.ask(number) }
        let new = CachedResolver(capacity: count)
        var position = Resolver.HandoverPosition()
        var piece = [UInt8](repeating: 0, count: HandoverReport.pieceBytes)
        var (bytes, writing, taking, longest) = (0, UInt64(0), UInt64(0), UInt64(0))
        while true {
            let start = ThreadClock.now
            let end = old.handOver(from: &position, into: &piece)
            let written = ThreadClock.now
            writing += written - start
            guard end > 0 else { break }
            new.takeOver(piece[..<end])
            let taken = ThreadClock.now - written
            taking += taken
            longest = max(longest, taken)
            bytes += end
        }
        let entries = Int(new.statistics.cacheEntries)
        return """
            answers                    \(entries)
            bytes an answer            \(bytes / max(1, entries))
            writing all                \(writing / 1000) us
            taking over all            \(taking / 1000) us
            longest piece              \(longest / 1000) us

            """
    }
}
