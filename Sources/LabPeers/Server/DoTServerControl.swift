internal import Synchronization

/// What a server and those who steer it from other threads both look at. What it says is true at once: counters are
/// up to date before the bytes leave that they are about, a new behaviour holds for the very next connection.
final class DoTServerControl: Sendable {
    struct State: Sendable {
        var behaviour = Behaviour.wellBehaved
        var counters = DoTServerCounters()
        var isToDropConnections = false
        var isToStop = false
    }

    private let state = Mutex(State())

    var behaviour: Behaviour {
        get { state.withLock { $0.behaviour } }
        set { state.withLock { $0.behaviour = newValue } }
    }

    var counters: DoTServerCounters { state.withLock { $0.counters } }

    /// Lets `body` count.
    func count<Result>(_ body: (inout DoTServerCounters) -> Result) -> Result {
        state.withLock { body(&$0.counters) }
    }

    func askToDropConnections() { state.withLock { $0.isToDropConnections = true } }

    func askToStop() { state.withLock { $0.isToStop = true } }

    var isToStop: Bool { state.withLock { $0.isToStop } }

    /// Whether connections are to be dropped; asked once, answered once.
    func takeDropWish() -> Bool {
        state.withLock { state in
            defer { state.isToDropConnections = false }
            return state.isToDropConnections
        }
    }
}
