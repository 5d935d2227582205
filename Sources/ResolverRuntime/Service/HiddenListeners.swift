internal import NetworkTypes

/// The hidden listeners of views, where the kernel sends what it has captured. One that cannot be opened closes its view
/// there: the questions of that subject get no answer, and everybody else's do.
struct HiddenListeners {
    /// What this process has opened, and not been given.
    private(set) var opened: Set<Endpoint> = []
    /// One line for each that is closed.
    private(set) var failures: [String] = []

    /// Opens those of `wanted` that nobody listens at, and forgets those before.
    mutating func open(_ wanted: [(view: String, endpoint: Endpoint)], for crew: inout WorkerCrew) {
        let present = Set(crew.endpoints)
        opened.formIntersection(wanted.map(\.endpoint))
        failures = []
        for (view, endpoint) in wanted where !present.contains(endpoint) {
            do {
                try ListenerPlan.open(endpoint, for: &crew)
                opened.insert(endpoint)
            } catch {
                failures.append("the view `\(view)` is closed at \(endpoint.address): \(error)")
            }
        }
    }
}
