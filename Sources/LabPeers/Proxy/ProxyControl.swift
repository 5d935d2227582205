internal import Synchronization

/// What a proxy and those who steer it from other threads both look at.
final class ProxyControl: Sendable {
    private let state: Mutex<(behaviour: ProxyThread.Behaviour, requests: [ProxyThread.Request])>

    init(_ behaviour: ProxyThread.Behaviour) { state = Mutex((behaviour, [])) }

    var requests: [ProxyThread.Request] { state.withLock { $0.requests } }

    var behaviour: ProxyThread.Behaviour {
        get { state.withLock { $0.behaviour } }
        set { state.withLock { $0.behaviour = newValue } }
    }

    /// Remembers it; what is to be done about it.
    func note(_ request: ProxyThread.Request) -> ProxyThread.Behaviour {
        state.withLock { state in
            state.requests.append(request)
            return state.behaviour
        }
    }
}
