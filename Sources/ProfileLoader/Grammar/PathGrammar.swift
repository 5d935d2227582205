internal import NetworkTypes
internal import ProfileModel

/// The entries of `paths`.
enum PathGrammar {
    private static let proxyEndpoint = Form<Located<Endpoint>>.loopbackEndpoint(
        help: "a path's proxy runs on this machine, and its owner leaves by `next`: write where it listens here")
    static let redirect = Key(
        "redirect",
        Form<[Located<Endpoint>]>.list(
            of: .loopbackEndpoint(help: "redirected traffic reaches `127.0.0.1` and `::1` only"), minimum: 1),
        child: .fixed,
        example: "[\"127.0.0.1:9040\"]",
        help: "the local service that takes redirected TCP")
    static let socks = Key(
        "socks", proxyEndpoint, child: .fixed, example: "\"127.0.0.1:9050\"", help: "the same service's SOCKS port")
    static let connect = Key(
        "connect", proxyEndpoint, child: .fixed, example: "\"127.0.0.1:3128\"",
        help: "the same service's port for HTTP CONNECT")
    static let owner = Key(
        "owner", OwnerGrammar.form, child: .fixed, example: "{ user: debian-tor }", help: "who runs the service")
    static let next = Key(
        "next", .reference(to: .path, builtIn: [Path.direct]), child: .fixed, example: "direct",
        help: "how its own traffic leaves")
    static let interface = Key("interface", .interface, child: .fixed, example: "wg0", help: "the tunnel's interface")
    static let kind = Key(
        "kind", Form<Located<Path.Tunnel.Kind>>.choice(), child: .fixed, example: "wireguard",
        help: "who makes the outer packets")
    static let listenPort = Key(
        "listen-port", .port, child: .fixed, example: "51820", help: "the port its outer packets come from")
    static let endpoints = Key(
        "endpoints", Form<[Located<TransportEndpoint>]>.list(of: .transportEndpoint, minimum: 1),
        child: .narrower("some of them"), example: "[\"203.0.113.7:51820/udp\"]", help: "where its outer packets go")
    static let ipv6 = Key(
        "ipv6", Form<Located<Path.Tunnel.InnerIPv6>>.choice(), child: .narrower("`block`"), example: "inside",
        help: "whether it carries IPv6")
    static let interfaces = Key(
        "interfaces", Form<[Located<String>]>.list(of: .interface, minimum: 1), child: .narrower("some of them"),
        example: "[eth0]",
        help: "the only interfaces that `direct` uses")
    static let isOpen = Key(
        "open", .truth, child: .narrower("`false`"), example: "true", help: "a child profile may redefine it")

    /// `direct` is the least strict, wherever it is written.
    static let table = Form<[Path]>.table(of: form, declares: .path).checked(checkCycles).checked(checkInterfaces).map {
        paths in
        paths.filter { $0.name.value != Path.direct } + paths.filter { $0.name.value == Path.direct }
    }

    private static let form = Form<Path>.record(
        "a path",
        [
            redirect.erased, socks.erased, connect.erased, owner.erased, next.erased, interface.erased, kind.erased,
            listenPort.erased, endpoints.erased, ipv6.erased, interfaces.erased, isOpen.erased,
        ],
        exactlyOne: [KeyAlternatives([["interface"], ["redirect", "socks", "connect"]])], except: [Path.direct],
        isReplacedBySwitching: true
    ) { fields, reading in
        PathChecks.check(fields, &reading)
        guard let route = route(fields) else { return nil }
        return Path(
            name: fields.key, route: route, next: fields[next], owner: fields[owner],
            isOpen: fields[isOpen]?.value ?? false)
    }

    private static func route(_ fields: Fields) -> Path.Route? {
        let service = Path.Redirect(
            listeners: fields[redirect] ?? [], socks: fields[socks], connect: fields[connect])
        if !service.ports.isEmpty { return .redirect(service) }
        if let interface = fields[interface] { return .tunnel(tunnel(interface, fields)) }
        return fields.key.value == Path.direct ? .direct(interfaces: fields[interfaces] ?? []) : nil
    }

    private static func tunnel(_ interface: Located<String>, _ fields: Fields) -> Path.Tunnel {
        Path.Tunnel(
            interface: interface, kind: fields[kind] ?? Located(.wireguard, fields.key.range),
            listenPort: fields[listenPort], endpoints: fields[endpoints] ?? [],
            ipv6: fields[ipv6] ?? Located(.inside, fields.key.range))
    }

    /// Which path a packet leaves by is told by its device.
    private static func checkInterfaces(_ paths: [Path], _ reading: inout ProfileReading) {
        var first: [String: Located<String>] = [:]
        for path in paths {
            for interface in path.interfaces {
                let owner = Located(path.name.value, interface.range)
                guard let other = first.updateValue(owner, forKey: interface.value), other.value != owner.value else {
                    continue
                }
                reading.report(
                    .sharedInterface,
                    "the paths `\(other.value)` and `\(path.name.value)` share the interface `\(interface.value)`",
                    at: interface.range, notes: [Diagnostic.Note("`\(other.value)` has it here", at: other.range)],
                    help: "an interface belongs to one path: rules tell by it which way a packet takes")
            }
        }
    }

    /// Following `next` from every path ends at `direct`.
    private static func checkCycles(_ paths: [Path], _ reading: inout ProfileReading) {
        let byName = Dictionary(paths.map { ($0.name.value, $0) }, uniquingKeysWith: { first, _ in first })
        var finished: Set<String> = []
        for path in paths {
            var trail: Set<String> = []
            var current = path
            while !finished.contains(current.name.value), trail.insert(current.name.value).inserted {
                guard let next = current.next else { break }
                if trail.contains(next.value) {
                    reading.report(
                        .pathCycle, "this leads back to the path `\(next.value)`", at: next.range,
                        help: "the last path of a chain has `next: direct`, or none")
                    break
                }
                guard let following = byName[next.value] else { break }
                current = following
            }
            finished.formUnion(trail)
        }
    }
}

extension Path {
    /// Those that it says it leaves by.
    var interfaces: [Located<String>] {
        switch route {
        case .direct(let interfaces): interfaces
        case .tunnel(let tunnel): [tunnel.interface]
        case .redirect: []
        }
    }
}

extension Form where Value == Located<Endpoint> {
    /// The service of a path runs on this machine.
    fileprivate static func loopbackEndpoint(help: String) -> Form {
        scalar("a loopback endpoint", example: "127.0.0.1:9040", .pattern(WrittenPattern.endpoint)) {
            text throws(ValueProblem) in
            let endpoint = try Endpoint(written: text)
            guard !endpoint.address.isLoopback else { return endpoint }
            throw ValueProblem(
                .notLoopback, "`\(endpoint.address)` is not an address of this machine's loopback",
                help: help)
        }
    }
}
