internal import Bundle
internal import NetworkTypes
internal import ProfileModel

extension Profile {
    /// How connections to an upstream leave: by its own path, or by the default's. What is on this machine leaves by none,
    /// unless the profile names one for it.
    func egress(of upstream: Upstream) -> UpstreamSettings.Egress {
        if upstream.path == nil, upstream.addresses.allSatisfy(\.value.isLoopback) { return .routed }
        guard let name = upstream.path?.value ?? defaultPath,
            let path = paths.first(where: { $0.name.value == name })
        else { return .routed }
        switch path.route {
        case .direct: return .routed
        case .tunnel(let tunnel): return .device(tunnel.interface.value)
        case .redirect(let service):
            // SOCKS first: there the views can be told apart.
            if let socks = service.socks { return .proxy(.init(.socks, at: socks.value)) }
            return service.connect.map { .proxy(.init(.connect, at: $0.value)) } ?? .routed
        }
    }

    private var defaultPath: String? {
        if case .via(let path) = defaultOutcome.action { path.value } else { nil }
    }
}

extension Path {
    /// Nothing is redirected to its service.
    var isProxyAlone: Bool { if case .redirect(let service) = route { service.listeners.isEmpty } else { false } }
}
