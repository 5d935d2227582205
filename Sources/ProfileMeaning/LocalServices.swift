internal import NetworkTypes
internal import ProfileModel

/// Services of this machine whose ports are guarded: the resolver's hidden listeners and those behind paths.
struct LocalServices: Sendable {
    /// Who alone sends from a port.
    enum Owner: Hashable, Sendable {
        case resolver
        case selector(Selector)
    }

    private var owners: [UInt16: Owner] = [:]
    private var proxyPaths: [UInt16: String] = [:]
    /// The paths that upstreams are asked through, by the port that the resolver asks at.
    private var upstreamPaths: [UInt16: String] = [:]
    /// By the name of the path.
    private var redirects: [String: Path.Redirect] = [:]

    init(_ profile: Profile) {
        for path in profile.paths {
            guard case .redirect(let redirect) = path.route, let owner = path.owner else { continue }
            redirects[path.name.value] = redirect
            for listener in redirect.listeners { owners[listener.value.port] = .selector(owner.value) }
            for proxy in redirect.proxies {
                owners[proxy.value.port] = .selector(owner.value)
                proxyPaths[proxy.value.port] = path.name.value
            }
        }
        for upstream in profile.resolver.upstreams {
            guard let path = LocalServices.path(of: upstream, profile),
                let proxy = redirects[path].flatMap({ $0.socks ?? $0.connect })
            else { continue }
            upstreamPaths[proxy.value.port] = path
        }
        for view in profile.resolver.views { owners[view.port.value] = .resolver }
    }

    func owner(of port: UInt16) -> Owner? { owners[port] }

    /// The path that a port gives everything away by.
    func proxyPath(of port: UInt16) -> String? { proxyPaths[port] }

    /// The path that the resolver asks upstreams through at that port.
    func upstreamPath(of port: UInt16) -> String? { upstreamPaths[port] }

    /// Whether what leaves by a path on the resolver's behalf is asked of a proxy.
    func asksProxy(_ path: String) -> Bool { upstreamPaths.values.contains(path) }

    /// Its own, or the default's; what is on this machine leaves by none unless the profile says so.
    private static func path(of upstream: Upstream, _ profile: Profile) -> String? {
        if let path = upstream.path { return path.value }
        guard case .via(let path) = profile.defaultOutcome.action,
            upstream.addresses.contains(where: { !$0.value.isLoopback })
        else { return nil }
        return path.value
    }

    func redirect(of path: String) -> Path.Redirect? { redirects[path] }
}
