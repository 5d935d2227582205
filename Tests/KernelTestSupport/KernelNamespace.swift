internal import CLinux
internal import Glibc
internal import LinuxIO

/// A network namespace of the test's own: a thread leaves the machine's and runs the body; children that it starts
/// are in it too.
package enum KernelNamespace {
    /// Why tests with the kernel cannot run here; nil when they can.
    package static let obstacle: String? = {
        if geteuid() != 0 { return "needs root to make a network namespace" }
        return nil
    }()

    package static var isAvailable: Bool { obstacle == nil }

    /// Runs `body` in a fresh namespace and hands back what it threw.
    package static func run(_ body: @escaping @Sendable () throws -> Void) throws {
        nonisolated(unsafe) var failure: (any Error)?
        let thread = try Thread {
            guard enigm_unshare(newNetwork) == 0 else {
                failure = Refusal(errno: errno)
                return
            }
            do { try body() } catch { failure = error }
        }
        thread.join()
        if let failure { throw failure }
    }

    /// The kernel gave no namespace.
    private struct Refusal: Error {
        let errno: Int32
    }

    /// CLONE_NEWNET of linux/sched.h.
    private static let newNetwork: Int32 = 0x4000_0000
}
