internal import CLinux
internal import Glibc
package import NetworkTypes

/// Tells the service manager what state this process is in (the sd_notify protocol); silent where there is none.
package struct ServiceNotifier: Sendable {
    package enum State: Equatable, Sendable {
        case ready
        case reloading(since: MonotonicInstant)
        case stopping
        case watchdog

        var lines: String {
            switch self {
            case .ready: "READY=1"
            // The manager pairs a reload with its READY by this time stamp.
            case .reloading(let since): "RELOADING=1\nMONOTONIC_USEC=\(since.nanoseconds / 1000)"
            case .stopping: "STOPPING=1"
            case .watchdog: "WATCHDOG=1"
            }
        }
    }

    private let path: String?
    /// How often the manager wants to hear ``State/watchdog``, halved for safety; nil when it does not.
    package let watchdogNanoseconds: UInt64?

    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    package init() {
        self.init(
            path: Environment["NOTIFY_SOCKET"], watchdogMicroseconds: Environment["WATCHDOG_USEC"],
            watchdogProcess: Environment["WATCHDOG_PID"])
    }

    init(path: String?, watchdogMicroseconds: String?, watchdogProcess: String?) {
        self.path = path.flatMap { $0.isEmpty ? nil : $0 }
        let isForUs = watchdogProcess.map { Int32($0) == Environment.processIdentifier } ?? true
        watchdogNanoseconds = isForUs ? watchdogMicroseconds.flatMap { UInt64($0) }.map { $0 * 500 } : nil
    }

    /// `status` is one line for people.
    package func notify(_ state: State, status: String? = nil) {
        send(state.lines + (status.map { "\nSTATUS=\($0)" } ?? ""))
    }

    package func notify(status: String) { send("STATUS=\(status)") }

    private func send(_ text: String) {
        guard let path else { return }
        // Two null-terminated copies for the length of the call. Nobody listening is nobody's problem.
        _ = unsafe enigm_send_unix_datagram(path, text, text.utf8.count)
    }
}
