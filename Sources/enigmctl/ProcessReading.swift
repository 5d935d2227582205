internal import LinuxIO
internal import NetworkTypes
internal import Posture

/// Reads what the kernel shows of a process.
enum ProcessReading {
    /// Of one process, a few hundred bytes; `/proc/stat` grows with the processors and interrupts.
    private static let maximumBytes = 1 << 20
    /// Times in /proc are in hundredths of a second on every architecture that we build for (USER_HZ).
    private static let tickMilliseconds: Int64 = 10
    /// Of the fields behind the name in `/proc/PID/stat`: proc_pid_stat(5) counts `starttime` as the 22nd of all.
    private static let startField = 19

    static func observe(_ process: Int32) -> ProcessObservation? {
        guard let status = text(of: "/proc/\(process)/status") else { return nil }
        return ProcessObservation(process: process, status: status, startedAt: start(of: process))
    }

    private static func start(of process: Int32) -> UTCInstant? {
        // The name stands in parentheses and may hold anything, parentheses too.
        guard let line = text(of: "/proc/\(process)/stat"), let end = line.lastIndex(of: ")"), let boot else {
            return nil
        }
        let fields = line[line.index(after: end)...].split(separator: " ")
        guard fields.count > startField, let ticks = Int64(fields[startField]) else { return nil }
        return UTCInstant(milliseconds: boot * 1000 + ticks * tickMilliseconds)
    }

    /// When the machine started, in seconds since 1970.
    private static var boot: Int64? {
        let line = text(of: "/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Int64($0.dropFirst("btime ".count)) }
    }

    private static func text(of path: String) -> String? {
        (try? FileContents.read(path, limitBytes: maximumBytes)).map { String(decoding: $0, as: UTF8.self) }
    }
}
