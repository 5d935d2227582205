internal import CLinux
internal import Glibc
package import NetworkTypes

/// Tells the service manager what state this process is in (the sd_notify protocol); silent where there is none. It never
/// waits for the manager: what finds no room in its queue is sent later, by whoever looks at ``deadline``.
package struct ServiceNotifier: ~Copyable, Sendable {
    /// Messages that wait for a manager that takes none: of more, the oldest are of no interest to it any more.
    static let maximumWaiting = 16
    /// Milliseconds until the next attempt.
    static let pauseMilliseconds: UInt64 = 50
    /// Attempts to give something away, a millisecond apart: only a process that is about to end waits.
    private static let maximumStoreAttempts = 200

    package enum State: Equatable, Sendable {
        case ready
        case reloading
        case stopping
        case watchdog

        var lines: String {
            switch self {
            case .ready: "READY=1"
            // The manager pairs a reload with its READY by this time stamp, and wants it from this clock.
            case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(MonotonicClock.awakeNanoseconds / 1000)"
            case .stopping: "STOPPING=1"
            case .watchdog: "WATCHDOG=1"
            }
        }
    }

    private let path: String?
    /// How often the manager wants to hear ``State/watchdog``, halved for safety; nil when it does not.
    package let watchdogNanoseconds: UInt64?
    /// Oldest first.
    private var waiting: [String] = []
    /// When ``deadlineReached(now:)`` wants to be called; nil when nothing waits.
    package private(set) var deadline: MonotonicInstant?

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

    /// Whether there is anybody to tell.
    package var hasManager: Bool { path != nil }

    /// `status` is one line for people.
    package mutating func notify(_ state: State, status: String? = nil) {
        send(state.lines + (status.map { "\nSTATUS=\($0)" } ?? ""))
    }

    /// Tries again what found no room.
    package mutating func deadlineReached(now: MonotonicInstant) {
        while let oldest = waiting.first {
            guard attempt(oldest) else {
                deadline = now.advanced(byMilliseconds: ServiceNotifier.pauseMilliseconds)
                return
            }
            waiting.removeFirst()
        }
        deadline = nil
    }

    // MARK: - The manager's store of descriptors

    /// Gives the manager a descriptor to keep for the process that follows this one; answers whether it has it.
    package func store(_ descriptor: borrowing Descriptor, name: String) -> Bool {
        for _ in 0..<ServiceNotifier.maximumStoreAttempts {
            if attempt("FDSTORE=1\nFDNAME=\(name)", descriptor.rawValue) { return hasManager }
            MonotonicClock.sleep(milliseconds: 1)
        }
        return false
    }

    /// Lets the manager close what it keeps under that name.
    package mutating func forgetStored(name: String) { send("FDSTOREREMOVE=1\nFDNAME=\(name)") }

    private mutating func send(_ text: String) {
        if waiting.isEmpty, attempt(text) { return }
        if waiting.count == ServiceNotifier.maximumWaiting { waiting.removeFirst() }
        waiting.append(text)
        if deadline == nil {
            deadline = MonotonicClock.now.advanced(byMilliseconds: ServiceNotifier.pauseMilliseconds)
        }
    }

    /// False when there is no room for the message. Nobody listening is nobody's problem.
    private func attempt(_ text: String, _ descriptor: CInt = -1) -> Bool {
        guard let path else { return true }
        // Two null-terminated copies for the length of the call.
        let result = unsafe enigm_send_unix_datagram(path, text, text.utf8.count, descriptor)
        return result == 0 || errno != EAGAIN
    }
}
