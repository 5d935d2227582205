internal import Bundle
internal import LinuxIO
internal import NetworkTypes

/// Where a daemon listens: what a service manager passed and what `--listen` says; without both, where the profile says,
/// and at the hidden listeners of everybody's view. Those of the other views are always its own to open.
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

    /// The hidden listeners of views that are to be opened; one that cannot be closes its view, and nothing else. For
    /// containers they are at each of `addresses` that their devices have.
    func hiddenListeners(of views: [ViewSettings], addresses: [DeviceAddress]) -> [HiddenListener] {
        let own = views.filter { $0.name != ViewSettings.everybody || given.isEmpty && !isActivated }
        let onLoopback = own.flatMap { view in
            view.hiddenListeners.map { HiddenListener(view: view.name, endpoint: $0) }
        }
        let onDevices = views.flatMap { view in
            addresses.filter { view.devices.contains($0.device) }.map { address in
                HiddenListener(
                    view: view.name,
                    endpoint: Endpoint(address: address.address, port: view.port, scope: address.scope),
                    device: address.deviceIndex)
            }
        }
        return onLoopback + onDevices
    }

    /// Opens TCP and UDP at `endpoint` for every worker, at that device alone when `device` is its index. With port 0 all
    /// get the same free port.
    static func open(
        _ endpoint: Endpoint, onDevice device: UInt32? = nil, for crew: inout WorkerCrew
    ) throws(ServiceFailure) {
        for attempt in 1... {
            do throws(SystemError) {
                return try openAll(endpoint, device, for: &crew)
            } catch {
                let isWorthAnother = endpoint.port == 0 && error.isAddressInUse && attempt < maximumPortAttempts
                guard isWorthAnother else { throw .listen(endpoint, error) }
            }
        }
    }

    /// A port that is free for TCP may be taken for UDP: with port 0 another one is tried so often.
    private static let maximumPortAttempts = 16

    /// Sockets that are shared are bound in the workers' order, which is that of the kernel's choice among them.
    private static func openAll(
        _ endpoint: Endpoint, _ device: UInt32?, for crew: inout WorkerCrew
    ) throws(SystemError) {
        let isShared = crew.count > 1
        var sockets: [(Int, ListeningSocket)] = []
        var endpoint = endpoint
        for worker in 0..<crew.count {
            let streams = try StreamListener(boundTo: endpoint, onDevice: device, isShared: isShared)
            endpoint = streams.localEndpoint
            let datagrams = try DatagramSocket(boundTo: endpoint, onDevice: device, isShared: isShared)
            sockets.append((worker, ListeningSocket(.datagrams, datagrams.takeDescriptor())))
            sockets.append((worker, ListeningSocket(.connections, streams.takeDescriptor())))
        }
        for (worker, socket) in sockets { try crew.hand(socket, to: worker) }
        if isShared, let datagrams = sockets.first?.1 {
            try DatagramSocket.steerByName(datagrams.descriptor, among: crew.count)
        }
    }
}
