internal import Bundle
internal import LinuxIO
internal import NetworkTypes

/// Where a daemon listens: what a service manager passed and what `--listen` says; without both, what the profile says.
struct ListenerPlan {
    private let given: [Endpoint]
    private let isActivated: Bool

    init(_ options: ServiceOptions, isActivated: Bool) {
        given = options.listeners
        self.isActivated = isActivated
    }

    /// The endpoints for the profile of a reload: with passed sockets nothing depends on it.
    func endpointsAfterReload(for accepted: AcceptedBundle) -> [Endpoint]? {
        isActivated ? nil : endpoints(for: accepted)
    }

    /// The endpoints for a profile; nil when the passed sockets are all there is.
    func endpoints(for accepted: AcceptedBundle) -> [Endpoint]? {
        if isActivated, given.isEmpty { return nil }
        var endpoints: [Endpoint] = []
        for endpoint in given.isEmpty ? accepted.manifest.resolver.listeners : given {
            if endpoint.port == 0 || !endpoints.contains(endpoint) { endpoints.append(endpoint) }
        }
        return endpoints
    }

    /// Takes over the sockets that a service manager passed; answers how many.
    static func adopt(_ sockets: inout ActivatedSockets, by worker: inout Worker) throws(SystemError) -> Int {
        var count = 0
        while let kind = sockets.entries.first?.kind, let descriptor = sockets.takeFirst() {
            switch kind {
            case .datagram: try worker.listen(on: try DatagramSocket(adopting: descriptor))
            case .listeningStream: try worker.listen(on: try StreamListener(adopting: descriptor))
            case .other: continue
            }
            count += 1
        }
        return count
    }

    /// Opens TCP and UDP at `endpoint`. With port 0 both get the same free port.
    static func open(_ endpoint: Endpoint, by worker: inout Worker) throws(ServiceFailure) {
        for attempt in 1... {
            do throws(SystemError) {
                return try openPair(endpoint, by: &worker)
            } catch {
                let isWorthAnother = endpoint.port == 0 && error.isAddressInUse && attempt < maximumPortAttempts
                guard isWorthAnother else { throw .listen(endpoint, error) }
            }
        }
    }

    /// A port that is free for TCP may be taken for UDP: with port 0 another one is tried so often.
    private static let maximumPortAttempts = 16

    private static func openPair(_ endpoint: Endpoint, by worker: inout Worker) throws(SystemError) {
        let streams = try StreamListener(boundTo: endpoint)
        let datagrams = try DatagramSocket(boundTo: streams.localEndpoint)
        try worker.listen(on: datagrams)
        try worker.listen(on: streams)
    }
}
