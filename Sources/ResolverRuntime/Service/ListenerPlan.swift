internal import Bundle
internal import LinuxIO
internal import NetworkTypes

/// Where a daemon listens: what a service manager passed, else `--listen`, else the profile.
struct ListenerPlan {
    private let given: [Endpoint]
    private let isActivated: Bool

    init(_ options: ServiceOptions, isActivated: Bool) {
        given = options.listeners
        self.isActivated = isActivated
    }

    /// The endpoints for a profile; nil when the passed sockets are all there is.
    func endpoints(for accepted: AcceptedBundle) -> [Endpoint]? {
        if isActivated { return nil }
        return given.isEmpty ? accepted.manifest.resolver.listeners : given
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

    /// Opens UDP and TCP at `endpoint`. With port 0 both get the port that UDP was given.
    static func open(_ endpoint: Endpoint, by worker: inout Worker) throws(ServiceFailure) {
        do {
            let datagrams = try DatagramSocket(boundTo: endpoint)
            let streams = try StreamListener(boundTo: datagrams.localEndpoint)
            try worker.listen(on: datagrams)
            try worker.listen(on: streams)
        } catch {
            throw .listen(endpoint, error)
        }
    }
}
