internal import Glibc

/// The memory of this process.
package enum ProcessMemory {
    /// The most that was ever resident, in KiB.
    package static var peakKiB: Int {
        var usage = rusage()
        // One struct on the stack.
        return unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss : 0
    }
}
