internal import Glibc

/// How every program here ends.
package enum ExitCode: Int32, Sendable {
    /// Yes, or done.
    case success = 0
    /// Errors in a profile, a failed test, drift.
    case findings = 1
    case wrongUsage = 2
    /// No permission, no such file, daemon not running.
    case environmentFailed = 3

    /// Ends the program at once: destructors do not run.
    package func exit() -> Never { Glibc.exit(rawValue) }
}
