internal import ResolverCore

/// What was told of the upstreams: each worker finds out for itself, and the log hears of it once.
struct UpstreamNews {
    /// The failure of those that are down, by the profile's name.
    private var down: [String: UpstreamFailure] = [:]

    /// Whether the notice says something that was not said before.
    mutating func isNew(_ notice: WorkerNotice) -> Bool {
        switch notice {
        case .upstreamDown(let name, let failure, _): down.updateValue(failure, forKey: name) != failure
        case .upstreamUp(let name): down.removeValue(forKey: name) != nil
        case .tookOver: true
        }
    }
}
