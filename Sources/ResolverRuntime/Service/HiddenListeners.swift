internal import LinuxIO
internal import NetworkTypes

/// Where the kernel sends what it has captured for a view.
struct HiddenListener: Hashable {
    let view: String
    let endpoint: Endpoint
    /// The index of the containers' device; nil on loopback.
    var device: UInt32?
}

/// The hidden listeners of views. One that cannot be opened closes its view there: the questions of that subject get no
/// answer, and everybody else's do. Devices of containers come and go, and have other addresses tomorrow.
struct HiddenListeners {
    /// What this process has opened, and not been given.
    private var listeners: [HiddenListener] = []
    /// One line for each that is closed.
    private(set) var failures: [String] = []

    /// Where those are.
    var opened: Set<Endpoint> { Set(listeners.map(\.endpoint)) }

    /// Opens those of `wanted` that nobody listens at, and forgets those before.
    mutating func open(_ wanted: [HiddenListener], for crew: inout WorkerCrew) {
        // One of a device that was made anew is at the same address, and hears nothing.
        let present = Set(crew.endpoints).subtracting(listeners.filter { !wanted.contains($0) }.map(\.endpoint))
        listeners.removeAll { !wanted.contains($0) }
        failures = []
        for listener in wanted where !present.contains(listener.endpoint) {
            do {
                try ListenerPlan.open(listener.endpoint, onDevice: listener.device, for: &crew)
                listeners.append(listener)
            } catch {
                failures.append("the view `\(listener.view)` is closed at \(listener.endpoint.address): \(error)")
            }
        }
    }

    /// After links or addresses have changed. A device that was made anew has its addresses again, and the listeners of
    /// the old one hear nothing more. Answers whether anything is other than before.
    mutating func follow(
        _ wanted: [HiddenListener], for crew: inout WorkerCrew, now: MonotonicInstant
    ) -> Bool {
        let before = (listeners, failures)
        let gone = Set(listeners.filter { !wanted.contains($0) }.map(\.endpoint))
        if !gone.isEmpty { crew.retireListeners(except: Set(crew.endpoints).subtracting(gone), now: now) }
        open(wanted, for: &crew)
        return before != (listeners, failures)
    }
}
