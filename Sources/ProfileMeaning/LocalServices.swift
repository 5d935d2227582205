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
    private var socksPaths: [UInt16: String] = [:]
    /// By the name of the path.
    private var redirects: [String: Path.Redirect] = [:]

    init(_ profile: Profile) {
        for path in profile.paths {
            guard case .redirect(let redirect) = path.route, let owner = path.owner else { continue }
            redirects[path.name.value] = redirect
            for listener in redirect.listeners { owners[listener.value.port] = .selector(owner.value) }
            guard let socks = redirect.socks else { continue }
            owners[socks.value.port] = .selector(owner.value)
            socksPaths[socks.value.port] = path.name.value
        }
        for view in profile.resolver.views { owners[view.port.value] = .resolver }
    }

    func owner(of port: UInt16) -> Owner? { owners[port] }

    /// The path that a port gives everything away by.
    func socksPath(of port: UInt16) -> String? { socksPaths[port] }

    func redirect(of path: String) -> Path.Redirect? { redirects[path] }
}
