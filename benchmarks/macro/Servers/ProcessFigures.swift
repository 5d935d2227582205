import LinuxIO

/// What the kernel says about a process, all of its threads together.
struct ProcessFigures {
    private static let maximumBytes = 1 << 16

    let identifier: Int32

    /// Processor time used so far, in nanoseconds: the first number of every thread's schedstat.
    var processorNanoseconds: UInt64 {
        let tasks = "/proc/\(identifier)/task"
        return Directory.entries(tasks).reduce(0) { sum, task in
            let text = try? ProcessFigures.text("\(tasks)/\(task)/schedstat")
            return sum + (text?.split(separator: " ").first.flatMap { UInt64($0) } ?? 0)
        }
    }

    struct Memory {
        /// What is in memory of it, shared libraries included, and what of that is its own and written, in bytes.
        let resident: Int
        let privateDirty: Int
    }

    func memory() throws -> Memory {
        let text = try ProcessFigures.text("/proc/\(identifier)/smaps_rollup")
        var kibibytes: [Substring: Int] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 3, let number = Int(words[1]) { kibibytes[words[0]] = number }
        }
        guard let resident = kibibytes["Rss:"], let dirty = kibibytes["Private_Dirty:"] else {
            throw BenchFailure("the kernel does not tell the memory of process \(identifier); try as root")
        }
        return Memory(resident: resident << 10, privateDirty: dirty << 10)
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try FileContents.read(path, limitBytes: maximumBytes), as: UTF8.self)
    }
}
