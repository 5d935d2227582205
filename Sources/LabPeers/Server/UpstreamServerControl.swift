internal import Synchronization

/// What a server and those who steer it from other threads both look at. What it says is true at once: counters are
/// up to date before the bytes leave that they are about, a new script holds for the very next connection.
final class UpstreamServerControl: Sendable {
    struct State: Sendable {
        var script = Script.wellBehaved
        var counters = UpstreamServerCounters()
        var isToDropConnections = false
        var isToStop = false
    }

    private let state = Mutex(State())

    /// Told, on the serving thread, which lines of the script do something, as they do.
    private let log: (@Sendable (String) -> Void)?

    init(log: (@Sendable (String) -> Void)?) { self.log = log }

    var script: Script {
        get { state.withLock { $0.script } }
        set { state.withLock { $0.script = newValue } }
    }

    func tell(_ news: [String]) {
        guard let log else { return }
        for line in news { log(line) }
    }

    var counters: UpstreamServerCounters { state.withLock { $0.counters } }

    /// Lets `body` count.
    func count<Result>(_ body: (inout UpstreamServerCounters) -> Result) -> Result {
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
