package import NetworkTypes
package import ProfileModel

/// The profile's own meaning: what it says of a packet, straight from its text. It shares nothing with the compiler,
/// so that the two can be held against each other.
///
/// Order: essentials, infrastructure, the guard of name resolution, block rules, the subject's rules, rules for
/// everybody, the default.
package struct ProfileEvaluator: Sendable {
    package let profile: Profile
    /// Public services that speak DNS over HTTPS at exactly these addresses.
    package let encryptedServices: Set<IPAddress>
    /// What the resolver has answered so far.
    package var answered: AnsweredAddresses = [:]
    /// While the portal is open, the link's own resolvers; nil while it is closed.
    package var portalResolvers: Set<IPAddress>?
    /// Under which the networks that this machine is on say that they translate IPv4.
    package var announcedTranslators: [IPPrefix] = []
    /// By the name in `from`, so that a packet meets only the rules of its subject and those of everybody.
    let rules: [String: RulesOfSubject]
    /// Which rules speak of which names, by their indices.
    let names: NamePatternIndex
    private let services: LocalServices
    private let owners: SelectorOwners

    package init(_ profile: Profile, encryptedServices: Set<IPAddress>) {
        self.profile = profile
        self.encryptedServices = encryptedServices
        rules = Dictionary(grouping: profile.rules, by: \.from.value).mapValues {
            RulesOfSubject($0, paths: profile.paths.map(\.name.value), translators: profile.local.translators)
        }
        owners = SelectorOwners(profile)
        services = LocalServices(profile)
        var names = NamePatternIndex()
        for index in profile.rules.indices where !profile.rules[index].destinations.names.isEmpty {
            for name in profile.rules[index].destinations.names { names.insert(name.value, index) }
        }
        self.names = names
    }

    /// `isLocal`: whether the destination is an address of this machine; `isPhysical`: whether the routing table would
    /// send it by a physical device; `isNeighbour`: whether it is an address of such a device's link.
    package func evaluate(
        _ packet: ProfilePacket, isLocal: Bool, isPhysical: Bool, isNeighbour: Bool = false
    ) -> ProfileVerdict {
        if packet.sender.interface != nil { return forwarded(packet, isLocal: isLocal) }
        let isResolver = packet.sender.user == profile.resolver.user.value
        if !isResolver, let path = tunnel(of: packet) { return byNext(of: path, packet) }
        if !isResolver, isPlainNameResolution(packet) {
            return nameResolutionByPortal(packet, isLocal: isLocal) ?? nameResolution(packet, isLocal: isLocal)
        }
        if isLocal || packet.destination.isLoopback { return loopback(packet, isResolver: isResolver) }
        if isEssential(packet, isPhysical: isPhysical) { return ProfileVerdict(.essential, .essentials) }
        if isLinkControl(packet) { return ProfileVerdict(.blocked, .essentials) }
        if isResolver { return resolver(packet) }
        if let verdict = guardVerdict(packet) { return verdict }
        let verdict = byRules(packet, isNeighbour: isNeighbour)
        if case .via = verdict.fate, !packet.beginsConversation { return ProfileVerdict(.blocked, .noConversation) }
        return verdict
    }

    /// The subject that a sender is; nil for those whom no subject names, and for the owners of paths.
    package func subject(of sender: ProfilePacket.Sender) -> Subject? {
        guard case .subject(let index) = owners.holder(of: sender) else { return nil }
        return profile.subjects[index]
    }

    /// The path whose owner a sender is.
    package func ownedPath(of sender: ProfilePacket.Sender) -> Path? {
        guard case .path(let index) = owners.holder(of: sender) else { return nil }
        return profile.paths[index]
    }

    /// What is redirected could not be answered from there.
    func isLinkLocal(_ address: IPAddress) -> Bool {
        if case .v6(let address) = address { address.high >> 54 == 0xFE80 >> 6 } else { false }
    }

    func isPlainNameResolution(_ packet: ProfilePacket) -> Bool {
        if case .transport(_, _, 53) = packet.content { return true }
        return false
    }

    private func nameResolution(_ packet: ProfilePacket, isLocal: Bool) -> ProfileVerdict {
        // The answer from a link-local resolver could not find its way back.
        if isLinkLocal(packet.destination) { return ProfileVerdict(.blocked, .nameResolutionGuard) }
        if isSentFromGuardedPort(packet) { return ProfileVerdict(.blocked, .guardedPort) }
        return ProfileVerdict(.stub(view: view(of: packet.sender)), .nameResolutionGuard)
    }

    /// The subject's own, or everybody's.
    func view(of sender: ProfilePacket.Sender) -> String {
        subject(of: sender).flatMap { profile.resolver.view(named: $0.name.value) }?.name.value ?? View.defaultName
    }

    /// Whatever ends on this machine comes from a guarded port only as an answer of the port's owner.
    private func isSentFromGuardedPort(_ packet: ProfilePacket) -> Bool {
        guard case .transport(_, let source, _) = packet.content else { return false }
        return services.owner(of: source) != nil
    }

    private func loopback(_ packet: ProfilePacket, isResolver: Bool) -> ProfileVerdict {
        guard case .transport(let transport, let source, let destination) = packet.content else {
            return ProfileVerdict(.local, .loopback)
        }
        if let owner = services.owner(of: source) {
            return owner == self.owner(packet.sender, isResolver: isResolver)
                ? ProfileVerdict(.local, .loopback) : ProfileVerdict(.blocked, .guardedPort)
        }
        if transport == .tcp, isResolver, let path = services.upstreamPath(of: destination) {
            return ProfileVerdict(.local, .upstreamProxy(path))
        }
        if transport == .tcp, let path = services.proxyPath(of: destination), !isResolver,
            mayGoEverywhere(packet.sender, by: path)
        {
            return ProfileVerdict(.local, .socks(path))
        }
        if destination == 53 || services.owner(of: destination) != nil { return ProfileVerdict(.blocked, .guardedPort) }
        return ProfileVerdict(.local, .loopback)
    }

    private func owner(_ sender: ProfilePacket.Sender, isResolver: Bool) -> LocalServices.Owner? {
        if isResolver { return .resolver }
        return ownedPath(of: sender)?.owner.map { .selector($0.value) }
    }

    /// A proxy opens every destination: it is for those whom a rule without any, or the default, sends by that
    /// path, and never for an exclusive subject.
    private func mayGoEverywhere(_ sender: ProfilePacket.Sender, by path: String) -> Bool {
        let subject = subject(of: sender)
        guard ownedPath(of: sender) == nil, subject?.isExclusive != true else { return false }
        let (own, everybody) = (subject.flatMap { rules[$0.name.value] }, rules[Subject.any])
        guard everybody?.blocksEverything != true, own?.blocksEverything != true else { return false }
        // Whoever is there stays there: what ends has to have been by that path, and opens nothing.
        for ways in [own, everybody].compactMap({ $0?.waysOfEverything }) {
            if ways.contains(where: { $0.until != nil && $0.path != path }) { return false }
            if let way = ways.first(where: { $0.until == nil }) { return way.path == path }
        }
        return defaultPath == path
    }

    private func isEssential(_ packet: ProfilePacket, isPhysical: Bool) -> Bool {
        switch packet.content {
        case .icmp(let type, _, let hopLimit):
            guard packet.destination.family == .v6 else { return false }
            if profile.local.icmpv6.value == .all, isPhysical { return true }
            return [133, 135, 136].contains(type) && hopLimit == 255 || [131, 132, 143].contains(type) && hopLimit == 1
        case .transport(.udp, let source, let destination):
            guard profile.local.dhcp.value, isPhysical else { return false }
            return packet.destination.family == .v4
                ? source == 68 && destination == 67 : source == 546 && destination == 547
        default: return false
        }
    }

    /// Neighbour discovery and multicast listeners that are not essential are malformed, and nobody's rules let them
    /// leave.
    func isLinkControl(_ packet: ProfilePacket) -> Bool {
        guard case .icmp(let type, _, _) = packet.content, packet.destination.family == .v6 else { return false }
        return (130...137).contains(type) || type == 143
    }

    private func resolver(_ packet: ProfilePacket) -> ProfileVerdict {
        guard case .transport(.tcp, _, let port) = packet.content,
            let upstream = profile.resolver.upstreams.first(where: { upstream in
                upstream.effectivePort == port && upstream.addresses.contains { $0.value == packet.destination }
            }), let path = upstream.path?.value ?? defaultPath, !services.asksProxy(path)
        else { return ProfileVerdict(.blocked, .resolverOnlyToUpstreams) }
        return ProfileVerdict(leaving(by: path, packet), .resolverUpstream(upstream.name.value))
    }

    /// What comes before all rules, and for everybody but the resolver.
    func guardVerdict(_ packet: ProfilePacket) -> ProfileVerdict? {
        if isGuarded(packet) { return ProfileVerdict(.blocked, .nameResolutionGuard) }
        return isBehindUntoldTranslator(packet.destination) ? ProfileVerdict(.blocked, .untoldTranslator) : nil
    }

    /// Encrypted name resolution, and the protocols that resolve names on the local link.
    private func isGuarded(_ packet: ProfilePacket) -> Bool {
        guard case .transport(let transport, _, let port) = packet.content else { return false }
        switch port {
        case 853, 5353, 5355, 137: return true
        case 138: return transport == .udp
        case 443:
            return encryptedServices.contains(packet.destination)
                || ipv4Address(of: packet.destination).map { encryptedServices.contains($0) } ?? false
        default: return false
        }
    }

    private func byRules(_ packet: ProfilePacket, isNeighbour: Bool) -> ProfileVerdict {
        let holder = owners.holder(of: packet.sender)
        if case .path(let index) = holder { return byNext(of: profile.paths[index], packet) }
        let subject: Subject? = if case .subject(let index) = holder { profile.subjects[index] } else { nil }
        let own = subject.flatMap { rules[$0.name.value] }
        let everybody = rules[Subject.any]
        if let block = everybody?.firstBlock(of: packet) ?? own?.firstBlock(of: packet) {
            return ProfileVerdict(.blocked, .rule(block.name.value))
        }
        if isTakenByPortal(packet) { return ProfileVerdict(direct(packet), .portal) }
        if let rule = own?.firstWay(of: packet, answered) { return verdict(rule, packet) }
        if let time = profile.local.time, asks(time, packet) {
            return ProfileVerdict(leaving(by: time.via.value, packet), .timeService)
        }
        if let subject, subject.isExclusive { return ProfileVerdict(.blocked, .exclusiveSubject(subject.name.value)) }
        if let rule = everybody?.firstWay(of: packet, answered) { return verdict(rule, packet) }
        if isNeighbour, profile.local.lan.value == .link {
            return ProfileVerdict(direct(packet), .neighbour)
        }
        guard let path = defaultPath else { return ProfileVerdict(.blocked, .defaultOutcome) }
        return ProfileVerdict(leaving(by: path, packet), .defaultOutcome)
    }

    /// The user-space tunnel that a packet is an outer one of: its owner's, to one of its endpoints.
    private func tunnel(of packet: ProfilePacket) -> Path? {
        guard case .transport(let transport, let source, let port) = packet.content,
            let owner = ownedPath(of: packet.sender)?.owner
        else { return nil }
        let goal = TransportEndpoint(endpoint: Endpoint(address: packet.destination, port: port), transport: transport)
        return profile.paths.first { path in
            guard path.owner?.value == owner.value, case .tunnel(let tunnel) = path.route else { return false }
            return tunnel.endpoints.contains { $0.value == goal } && (tunnel.listenPort?.value ?? source) == source
        }
    }

    /// Whether all that the owner of a path has are tunnels with endpoints: he goes nowhere else.
    private func sendsOuterPacketsAlone(_ path: Path) -> Bool {
        profile.paths.filter { $0.owner?.value == path.owner?.value }.allSatisfy { path in
            if case .tunnel(let tunnel) = path.route { !tunnel.endpoints.isEmpty } else { false }
        }
    }

    private func asks(_ time: LocalTraffic.TimeService, _ packet: ProfilePacket) -> Bool {
        guard case .transport(.udp, _, 123) = packet.content else { return false }
        let destinations = [packet.destination, ipv4Address(of: packet.destination)]
        return time.servers.contains { destinations.contains($0.value) }
            && owners.holder(of: packet.sender) == .timeService
    }

    /// The owner of a path leaves by its `next`, and is blocked by what blocks everybody.
    private func byNext(of path: Path, _ packet: ProfilePacket) -> ProfileVerdict {
        if let block = rules[Subject.any]?.firstBlock(of: packet) {
            return ProfileVerdict(.blocked, .rule(block.name.value))
        }
        if tunnel(of: packet) == nil, sendsOuterPacketsAlone(path) {
            return ProfileVerdict(.blocked, .ownerOfPath(path.name.value))
        }
        let next = path.next?.value ?? Path.direct
        return ProfileVerdict(leaving(by: next, packet), .ownerOfPath(path.name.value))
    }

    func verdict(_ rule: Rule, _ packet: ProfilePacket) -> ProfileVerdict {
        guard case .via(let path) = rule.outcome.action else { return ProfileVerdict(.blocked, .rule(rule.name.value)) }
        return ProfileVerdict(leaving(by: path.value, packet), .rule(rule.name.value))
    }

    private var defaultPath: String? {
        guard case .via(let path) = profile.defaultOutcome.action else { return nil }
        return path.value
    }

    /// A path that carries one family blocks the other; one that redirects carries TCP.
    private func leaving(by path: String, _ packet: ProfilePacket) -> ProfileVerdict.Fate {
        if let redirect = services.redirect(of: path) {
            guard case .transport(.tcp, _, _) = packet.content, !isLinkLocal(packet.destination),
                !isSentFromGuardedPort(packet),
                redirect.listeners.contains(where: { $0.value.address.family == packet.destination.family })
            else { return .blocked }
            return .via(path)
        }
        let declared = profile.paths.first { $0.name.value == path }
        if case .tunnel(let tunnel) = declared?.route, tunnel.ipv6.value == .block, packet.destination.family == .v6 {
            return .blocked
        }
        return path == Path.direct ? direct(packet) : .via(path)
    }
}
