internal import CLinux
internal import Glibc
package import NetworkTypes

/// What a descriptor is watched for, and what it turned out to be ready for.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: ENIGM_READABLE)
    package static let writable = Readiness(rawValue: ENIGM_WRITABLE)
    /// The peer has closed its sending side.
    package static let peerClosed = Readiness(rawValue: ENIGM_PEER_CLOSED)
    /// An error is pending; always reported. Reading or writing tells which.
    package static let error = Readiness(rawValue: ENIGM_ERROR)
    /// Both sides are closed; always reported.
    package static let hangUp = Readiness(rawValue: ENIGM_HANG_UP)

    /// Nothing more can be sent.
    package var hasFailed: Bool { rawValue & (ENIGM_ERROR | ENIGM_HANG_UP) != 0 }
    /// There are bytes to read, or the end or an error that reading tells of.
    package var hasInput: Bool { contains(.readable) || hasFailed }
}

/// Waits for many descriptors at once (epoll, level-triggered). Tokens are the caller's names for descriptors.
///
/// Deadlines move on with every question and are seldom reached. One timer stands for all of them, and is set anew only
/// for one that comes before it: when it rings too early the loop sets it again and waits on. A limit given to each
/// wait would be a timer started and stopped each time.
package struct EventLoop: ~Copyable {
    /// How many events one wait can bring: enough that a busy loop pays one call for many sockets.
    package static let maximumEvents = Int(ENIGM_EVENT_CAPACITY)

    package struct Event: Equatable, Sendable {
        package let token: UInt64
        package let readiness: Readiness
    }

    /// The timer's own name; a precondition of every watch is that its token is another.
    private static let timerToken = UInt64.max

    private let descriptor: Descriptor
    private let timer: Descriptor
    /// When the timer rings; nil when it has rung.
    private var alarm: MonotonicInstant?
    private var ready: [enigm_event]
    /// How many events the last wait brought.
    package private(set) var count = 0

    package init() throws(SystemError) {
        let descriptor = Descriptor(owning: try check(enigm_epoll_create(), "epoll_create"))
        let timer = Descriptor(owning: try check(enigm_timer_create(), "timerfd_create"))
        try check(
            enigm_epoll_add_timer(descriptor.rawValue, timer.rawValue, EventLoop.timerToken), "epoll_ctl")
        self.descriptor = descriptor
        self.timer = timer
        ready = Array(repeating: enigm_event(), count: EventLoop.maximumEvents)
    }

    package func add(_ watched: borrowing Descriptor, token: UInt64, for interest: Readiness) throws(SystemError) {
        try add(foreign: watched.rawValue, token: token, for: interest)
    }

    /// The same for a descriptor that something else owns and closes.
    package func add(foreign number: CInt, token: UInt64, for interest: Readiness) throws(SystemError) {
        precondition(token != EventLoop.timerToken, "this token is the timer's")
        try check(enigm_epoll_add(descriptor.rawValue, number, interest.rawValue, token), "epoll_ctl")
    }

    package func modify(_ watched: borrowing Descriptor, token: UInt64, for interest: Readiness) throws(SystemError) {
        precondition(token != EventLoop.timerToken, "this token is the timer's")
        try check(enigm_epoll_modify(descriptor.rawValue, watched.rawValue, interest.rawValue, token), "epoll_ctl")
    }

    /// Closing a descriptor removes it too; this is for one that lives on.
    package func remove(_ watched: borrowing Descriptor) throws(SystemError) {
        try check(enigm_epoll_remove(descriptor.rawValue, watched.rawValue), "epoll_ctl")
    }

    /// Waits until something is ready or `deadline` has come; without a deadline as long as it takes.
    /// Answers how many events there are; a signal that interrupts counts as none. A deadline that falls into a time
    /// when the machine is suspended is met when it wakes: the timer has the clock of ``MonotonicClock``.
    package mutating func wait(until deadline: MonotonicInstant?, now: MonotonicInstant) throws(SystemError) -> Int {
        let isWaiting = deadline.map { $0 > now } ?? true
        while true {
            if isWaiting, let deadline { try ring(notLaterThan: deadline) }
            let rung = try collect(isWaiting: isWaiting)
            let isTooEarly = rung.map { rung in deadline.map { rung < $0 } ?? true } ?? false
            guard count == 0, isWaiting, isTooEarly else { return count }
        }
    }

    /// Sets the timer, unless it rings before that anyway.
    private mutating func ring(notLaterThan deadline: MonotonicInstant) throws(SystemError) {
        if let alarm, alarm <= deadline { return }
        try check(enigm_timer_set(timer.rawValue, deadline.nanoseconds), "timerfd_settime")
        alarm = deadline
    }

    /// Takes what is ready; answers what the timer stood at when it has rung.
    private mutating func collect(isWaiting: Bool) throws(SystemError) -> MonotonicInstant? {
        // The array has room for maximumEvents and lives through the call.
        let result = unsafe enigm_epoll_wait(
            descriptor.rawValue, &ready, CInt(EventLoop.maximumEvents), isWaiting ? 1 : 0)
        if result < 0, errno != EINTR { throw SystemError("epoll_wait") }
        count = max(0, Int(result))
        for index in 0..<count where ready[index].token == EventLoop.timerToken {
            count -= 1
            ready[index] = ready[count]
            defer { alarm = nil }
            return alarm
        }
        return nil
    }

    /// An event of the last wait.
    package subscript(index: Int) -> Event {
        precondition(index < count, "no such event")
        return Event(token: ready[index].token, readiness: Readiness(rawValue: ready[index].readiness))
    }
}

/// Wakes an event loop from another thread (eventfd).
package struct WakeUp: ~Copyable, Sendable {
    /// Readable once ``signal()`` was called.
    package let descriptor: Descriptor

    package init() throws(SystemError) {
        descriptor = Descriptor(owning: try check(enigm_eventfd(), "eventfd"))
    }

    package func signal() {
        var one: UInt64 = 1
        // Eight bytes from the stack. A full counter means that the loop is about to wake anyway.
        _ = unsafe Glibc.write(descriptor.rawValue, &one, 8)
    }

    /// Waits until it is signalled.
    package func wait() {
        var request = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        // One pollfd on the stack, for the length of the call.
        while unsafe Glibc.poll(&request, 1, -1) < 0, errno == EINTR {}
    }

    /// Forgets all signals so far.
    package func acknowledge() {
        var count: UInt64 = 0
        // Eight bytes to the stack.
        _ = unsafe Glibc.read(descriptor.rawValue, &count, 8)
    }
}
