internal import CLinux
internal import Glibc

/// Counts the system calls of a process. Every program on the machine is a little slower meanwhile.
package struct SystemCallCounter {
    private static let tracepointFile = "/sys/kernel/tracing/events/raw_syscalls/sys_enter/id"
    /// A number and the end of its line.
    private static let maximumFileBytes = 32

    /// One for each thread that there was.
    private let counters: [SharedDescriptor]

    /// Begins at 0. Nil for who may not trace other processes, and where the kernel cannot.
    package init?(process: Int32) {
        let file = try? FileContents.read(
            SystemCallCounter.tracepointFile, limitBytes: SystemCallCounter.maximumFileBytes)
        let text = file.map { String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self) }
        guard let tracepoint = text.flatMap({ UInt64($0) }) else { return nil }
        let threads = Directory.entries("/proc/\(process)/task").compactMap { Int32($0) }
        counters = threads.compactMap { thread in
            let number = enigm_count_tracepoint(thread, tracepoint)
            return number < 0 ? nil : SharedDescriptor(Descriptor(owning: number))
        }
        guard !threads.isEmpty, counters.count == threads.count else { return nil }
    }

    /// Of the threads that there were in the beginning.
    package var count: UInt64 {
        counters.reduce(0) { sum, counter in
            var number: UInt64 = 0
            // Eight bytes to the stack.
            _ = unsafe Glibc.read(counter.descriptor.rawValue, &number, 8)
            return sum + number
        }
    }
}
