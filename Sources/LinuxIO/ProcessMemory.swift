internal import CLinux
internal import Glibc

/// The memory of this process.
package enum ProcessMemory {
    /// The most that was ever resident, in KiB.
    package static var peakKiB: Int {
        var usage = rusage()
        // One struct on the stack.
        return unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss : 0
    }

    /// Gives back the pages of code and constants: what goes on being used comes back within microseconds, and what only
    /// a start, a handshake or a reload ran does not.
    package static func releaseCode() { enigm_release_code() }
}
