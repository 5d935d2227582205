internal import NetworkTypes
internal import ProfileModel
internal import Ruleset

/// The paths of a profile with their numbers, and what does not fit together in them.
struct PathPlanning {
    private(set) var paths: [EnforcementPlan.Path] = []
    /// By name.
    private(set) var numbers: [String: PathNumber] = [ProfileModel.Path.direct: .direct]
    private(set) var diagnostics: [Diagnostic] = []
    private let profile: Profile

    /// The numbers alone: `complete` makes the paths when their owners are known.
    init(_ profile: Profile) {
        self.profile = profile
        var next = PathNumber.firstDeclared
        for path in profile.paths where path.name.value != ProfileModel.Path.direct {
            guard next <= PathNumber.maximumDeclared else {
                refuse("more than \(PathNumber.maximumDeclared - 1) declared paths", at: path.name.range)
                break
            }
            numbers[path.name.value] = PathNumber(next)
            next += 1
        }
    }

    /// `owners`: by the name of their path.
    mutating func complete(owners: [String: SubjectNumber]) {
        paths = profile.paths.compactMap { path in
            numbers[path.name.value].flatMap { plan(path, $0, owner: owners[path.name.value]) }
        }
        if !paths.contains(where: { $0.number == .direct }) {
            paths.append(
                .init(number: .direct, name: ProfileModel.Path.direct, exit: .direct([]), families: [.v4, .v6]))
        }
        checkPorts()
        checkOwnersNext()
    }

    /// An owner asks no other path's proxy.
    private mutating func checkOwnersNext() {
        for path in profile.paths {
            guard let next = path.next,
                let following = profile.paths.first(where: { $0.name.value == next.value }), following.isProxyAlone
            else { continue }
            diagnostics.append(
                Diagnostic(
                    .conflictingKeys, "nothing is redirected to the path `\(next.value)`, so that nobody leaves by it",
                    at: next.range, notes: [.init("it is a proxy alone", at: following.name.range)],
                    help: "give that path a `redirect`, or write another `next`"))
        }
    }

    private mutating func refuse(_ what: String, at range: SourceRange, help: String? = nil) {
        diagnostics.append(.unenforced(what, at: range, help: help))
    }

    private mutating func plan(
        _ path: ProfileModel.Path, _ number: PathNumber, owner: SubjectNumber?
    ) -> EnforcementPlan.Path? {
        let name = path.name.value
        switch path.route {
        case .direct(let interfaces):
            return .init(
                number: number, name: name, exit: .direct(interfaces.map(\.value)), families: [.v4, .v6])
        case .redirect(let redirect):
            let ports = ports(of: redirect)
            guard let owner else { return nil }
            let exit = EnforcementPlan.Path.Exit.redirect(
                .init(
                    ports: ports, socks: redirect.socks?.value.port, connect: redirect.connect?.value.port, owner: owner
                ))
            return .init(
                number: number, name: name, exit: exit, families: AddressFamily.allCases.filter { ports[$0] != nil })
        case .tunnel(let tunnel):
            return plan(tunnel, of: path, number, owner)
        }
    }

    private mutating func plan(
        _ tunnel: ProfileModel.Path.Tunnel, of path: ProfileModel.Path, _ number: PathNumber, _ owner: SubjectNumber?
    ) -> EnforcementPlan.Path {
        let isKernels = tunnel.kind.value != .userspace
        for endpoint in tunnel.endpoints where isKernels && endpoint.value.transport == .tcp {
            refuse("a kernel tunnel over TCP", at: endpoint.range, help: "write its endpoint with `/udp`")
        }
        checkNext(of: path, tunnel)
        let exit = EnforcementPlan.Path.Exit.tunnel(
            .init(
                interface: tunnel.interface.value, listenPort: tunnel.listenPort?.value ?? 0,
                endpoints: tunnel.endpoints.map(\.value),
                next: numbers[path.next?.value ?? ProfileModel.Path.direct] ?? .block,
                owner: isKernels ? nil : owner))
        return .init(
            number: number, name: path.name.value, exit: exit,
            families: tunnel.ipv6.value == .inside ? [.v4, .v6] : [.v4])
    }

    /// What is redirected is TCP.
    private mutating func checkNext(of path: ProfileModel.Path, _ tunnel: ProfileModel.Path.Tunnel) {
        guard let next = path.next, let following = profile.paths.first(where: { $0.name.value == next.value }),
            case .redirect = following.route,
            let port = tunnel.endpoints.first(where: { $0.value.transport == .udp })
        else { return }
        diagnostics.append(
            Diagnostic(
                .conflictingKeys, "the path `\(next.value)` carries TCP only, and this tunnel's outer packets are UDP",
                at: next.range,
                notes: [
                    .init("they go here", at: port.range),
                    .init("it redirects to a service on this machine", at: following.name.range),
                ], help: "give the tunnel a `next` with an `interface`, or none"))
    }

    /// Where redirected traffic lands, by family: always on 127.0.0.1 or ::1.
    private mutating func ports(of redirect: ProfileModel.Path.Redirect) -> [AddressFamily: UInt16] {
        var ports: [AddressFamily: UInt16] = [:]
        for listener in redirect.listeners {
            let family = listener.value.address.family
            let landing = family == .v4 ? IPAddress.v4(IPv4Address(127, 0, 0, 1)) : .v6(.loopback)
            if listener.value.address != landing {
                diagnostics.append(
                    Diagnostic(
                        .notLoopback, "the kernel redirects to `\(landing)`, never to `\(listener.value.address)`",
                        at: listener.range,
                        help:
                            "have the service listen there and write `\(Endpoint(address: landing, port: listener.value.port))`"
                    ))
            }
            if ports.updateValue(listener.value.port, forKey: family) != nil {
                diagnostics.append(
                    Diagnostic(
                        .conflictingKeys, "a path has one port for each of IPv4 and IPv6", at: listener.range,
                        help: "remove one of them"))
            }
        }
        return ports
    }

    /// A port of this machine has one owner, and what is guarded is not published.
    private mutating func checkPorts() {
        var owners = checkViewPorts()
        for path in profile.paths {
            guard case .redirect(let redirect) = path.route else { continue }
            let what = "the path `\(path.name.value)`"
            var own: Set<UInt16> = []
            for endpoint in redirect.ports {
                let port = endpoint.value.port
                if let first = owners[port], !own.contains(port) {
                    report("port \(port) belongs to \(first.what) already", at: endpoint.range, first.range)
                }
                owners[port] = owners[port] ?? (what, endpoint.range)
                own.insert(port)
            }
            for (key, proxy) in [("socks", redirect.socks), ("connect", redirect.connect)] {
                guard let proxy, let same = redirect.listeners.first(where: { $0.value.port == proxy.value.port })
                else { continue }
                report("the port of `\(key)` is that of `redirect`", at: proxy.range, same.range)
            }
        }
        let views = Set(profile.resolver.views.map(\.port.value))
        for range in profile.local.inbound {
            // A path's service is asked over TCP, a view over both.
            let ports = owners.keys.sorted().filter { range.value.transport == .tcp || views.contains($0) }
            guard let port = ports.first(where: { range.value.contains($0) }), let owner = owners[port] else {
                continue
            }
            report("port \(port) is published, and it belongs to \(owner.what)", at: range.range, owner.range)
        }
    }

    /// Those of the views, by port: hidden listeners, at which nobody else asks.
    private mutating func checkViewPorts() -> [UInt16: (what: String, range: SourceRange)] {
        var owners: [UInt16: (what: String, range: SourceRange)] = [:]
        for view in profile.resolver.views {
            let what = "the hidden listener of the view `\(view.name.value)`"
            if let first = owners[view.port.value] {
                report("port \(view.port.value) belongs to \(first.what) already", at: view.port.range, first.range)
            } else {
                owners[view.port.value] = (what, view.port.range)
            }
            checkRange(of: view.port)
            guard view.name.value != View.defaultName else { continue }
            for listener in profile.resolver.listen where listener.value.port == view.port.value {
                report("port \(listener.value.port) belongs to \(what)", at: listener.range, view.port.range)
            }
        }
        return owners
    }

    /// The resolver opens it without any right. It is the view's zone in the kernel, too, where smaller numbers have
    /// another meaning.
    private mutating func checkRange(of port: Located<UInt16>) {
        guard port.value < EnforcementPlan.Resolver.View.lowestPort else { return }
        diagnostics.append(
            Diagnostic(
                .badPort, "the hidden listener of a view cannot have the port \(port.value)", at: port.range,
                help: "write a port from \(EnforcementPlan.Resolver.View.lowestPort) to 65535"))
    }

    private mutating func report(_ message: String, at range: SourceRange, _ first: SourceRange) {
        diagnostics.append(
            Diagnostic(
                .conflictingKeys, message, at: range, notes: [.init("it is taken here", at: first)],
                help: "give one of them another port"))
    }
}

extension Diagnostic {
    /// What the language can say and this version cannot do.
    static func unenforced(_ what: String, at range: SourceRange, help: String? = nil) -> Diagnostic {
        Diagnostic(.notSupported, "this version does not enforce \(what)", at: range, help: help)
    }
}
