internal import LinuxIO
internal import Synchronization

/// One value from another thread.
final class Reply<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)
    /// Readable once the value is there.
    let arrived: WakeUp

    init() {
        // Without a descriptor left nothing else goes on either.
        guard let arrived = try? WakeUp() else { preconditionFailure("no descriptor is left for an eventfd") }
        self.arrived = arrived
    }

    func give(_ value: Value) {
        self.value.withLock { $0 = value }
        arrived.signal()
    }

    func wait() -> Value {
        while true {
            arrived.wait()
            if let value = value.withLock({ $0 }) { return value }
        }
    }
}
