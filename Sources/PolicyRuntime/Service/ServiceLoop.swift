internal import LinuxIO
internal import NetworkTypes
internal import ServiceHost

/// The event loop of the daemon, as the control server needs it.
struct ServiceLoop: ~Copyable, DescriptorWatching {
    private var events: EventLoop

    init() throws(SystemError) { events = try EventLoop() }

    func watch(
        _ descriptor: borrowing Descriptor, number: UInt64, for interest: Readiness
    ) throws(SystemError) { try events.add(descriptor, token: number, for: interest) }

    func watch(foreign descriptor: Int32, number: UInt64) throws(SystemError) {
        try events.add(foreign: descriptor, token: number, for: .readable)
    }

    func rewatch(_ descriptor: borrowing Descriptor, number: UInt64, for interest: Readiness) {
        try? events.modify(descriptor, token: number, for: interest)
    }

    func unwatch(_ descriptor: borrowing Descriptor) { try? events.remove(descriptor) }

    /// What became ready until `deadline`.
    mutating func wait(until deadline: MonotonicInstant?) throws(SystemError) -> [EventLoop.Event] {
        let count = try events.wait(until: deadline, now: MonotonicClock.now)
        return (0..<count).map { events[$0] }
    }
}
