import LinuxIO

/// Which of the machine's processors do what.
struct Machine {
    /// One for the server, another for who asks and for who answers the server.
    let serverProcessor: Int
    let loadProcessor: Int
    /// All that this program may use.
    let processors: [Int]

    init() throws {
        processors = try ProcessorAffinity.allowed()
        guard processors.count >= 2 else {
            throw BenchFailure("this needs two processors, one for the server and one to ask it; there is one")
        }
        serverProcessor = processors[0]
        loadProcessor = processors[1]
    }

    /// So many for a server, if there are, that of the load last.
    func serverProcessors(_ count: Int) -> [Int] {
        let others = processors.filter { $0 != serverProcessor && $0 != loadProcessor }
        return Array(([serverProcessor] + others + [loadProcessor]).prefix(count))
    }

    /// How long a processor has worked, in nanoseconds: the kernel counts in hundredths of a second.
    static func busyNanoseconds(_ processor: Int) throws -> UInt64 {
        for line in try ProcessFigures.text("/proc/stat").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.first.map({ $0 == "cpu\(processor)" }) == true, words.count > 8 else { continue }
            // user, nice, system; idle and waiting left out; interrupts, and what other machines took.
            let ticks = [1, 2, 3, 6, 7, 8].reduce(0) { $0 + (UInt64(words[$1]) ?? 0) }
            return ticks * 10_000_000
        }
        throw BenchFailure("the kernel does not tell how busy processor \(processor) is")
    }
}
