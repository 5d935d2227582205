import CLinux
import Glibc
import LinuxIO
import TestSupport

/// Two network namespaces without names, held by one thread and its descriptors alone: the kernel takes them down when
/// the thread ends, however it ends.
enum TwoNamespaces {
    /// Why nothing can run here; nil when it can.
    static let obstacle: String? = {
        if geteuid() != 0 { return "needs root: the senders are different users" }
        for tool in ["ip", "nsenter"] where !Repository.hasTool(tool) { return "no `\(tool)`: run `make deps`" }
        return nil
    }()

    static var isAvailable: Bool { obstacle == nil }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs `body` on a thread of its own, whose namespace is the device's; `outside` runs before it, in the other
    /// namespace, for the sockets that are to stay there. `path` names the outside for other programs.
    static func run<Outside, Result: Sendable>(
        outside: @escaping @Sendable () throws -> Outside,
        device body: @escaping @Sendable (_ outside: Outside, _ path: String) throws -> Result
    ) throws -> Result {
        nonisolated(unsafe) var result: Swift.Result<Result, any Error> = .failure(
            Failure(description: "the thread has not run"))
        let thread = try Thread {
            result = Swift.Result {
                try enterFreshNamespace()
                let descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
                defer { close(descriptor) }
                let sockets = try outside()
                try enterFreshNamespace()
                return try body(sockets, "/proc/\(getpid())/fd/\(descriptor)")
            }
        }
        thread.join()
        return try result.get()
    }

    private static func enterFreshNamespace() throws {
        let newNetwork: Int32 = 0x4000_0000
        guard enigm_unshare(newNetwork) == 0 else { throw Failure(description: "unshare: errno \(errno)") }
    }
}
