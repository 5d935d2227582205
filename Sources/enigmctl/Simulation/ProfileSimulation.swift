internal import NetworkTypes
internal import PolicyCompiler
internal import PolicyRuntime
internal import ProfileMeaning
internal import ProfileModel
internal import Ruleset

/// A profile in both its meanings: what it says of a packet, and what the table that it is compiled to does with it,
/// on a machine that has all its users and devices. No packet is sent.
struct ProfileSimulation {
    let profile: Profile
    /// Whether any rule ends.
    private let endsSome: Bool
    private let plan: EnforcementPlan
    private var evaluator: ProfileEvaluator
    private var ruleset: PacketEvaluator
    private var table: Table
    private let wire: Table
    private let users: [String: UInt32]
    private let groups: [String: UInt32]
    private let places: SimulatedPlaces
    private let addresses: SimulatedAddresses

    /// `names`: those that packets will be sent to beside those of the profile's tests.
    init(_ profile: Profile, _ compiled: CompileResult.Product, names: [DomainName] = []) {
        plan = compiled.plan
        self.profile = profile
        endsSome = profile.rules.contains { $0.until != nil }
        var evaluator = ProfileEvaluator(profile, encryptedServices: Set(EncryptedDNSServices.addresses))
        let names = names + profile.tests.flatMap(\.destinations).compactMap(\.value.name)
        let addresses = SimulatedAddresses(
            for: names, hosts: profile.resolver.hosts,
            avoiding: names.isEmpty ? [] : profile.rules.flatMap(\.destinations.addresses).map(\.value))
        evaluator.learn(addresses)
        self.evaluator = evaluator
        self.addresses = addresses
        let named = plan.subjects + plan.owners
        let owners = named.flatMap(\.selectors).compactMap(\.managedBy)
        let users = ProfileSimulation.numbers([plan.resolver.user] + named.flatMap(\.users) + owners)
        let places = SimulatedPlaces(named.flatMap(\.selectors))
        let groups = ProfileSimulation.numbers(named.flatMap(\.groups))
        let checked = [ProfileSimulation.physicalDevice] + compiled.template.wire.namedDevices
        var table = compiled.template.instantiate(
            epoch: 1, neighbours: NeighbourPrefixes.ranges, controlGroups: { places[$0] },
            resolve: { ProfileSimulation.values(of: $0, users, groups, checkedDevices: checked) })
        table.fillNameSets(of: plan, with: evaluator.answered)
        self.table = table
        wire = compiled.template.wire.table(
            table.name, on: checked.map { WireDevice($0) }, stamp: .symbolic, knowsRoutes: true)
        ruleset = PacketEvaluator(Ruleset(tables: [table, wire]))
        self.users = users
        self.groups = groups
        self.places = places
    }

    /// On a machine that has everything, and where no path is down.
    private static func values(
        of symbol: Symbol, _ users: [String: UInt32], _ groups: [String: UInt32], checkedDevices: [String]
    ) -> [FieldValue] {
        switch symbol {
        case .user(let name): users[name].map { [FieldValue($0)] } ?? []
        case .group(let name): groups[name].map { [FieldValue($0)] } ?? []
        case .checkedDevices: checkedDevices.map { FieldValue(interfaceName: $0) }
        case .physicalDevices: [FieldValue(interfaceName: physicalDevice)]
        case .device(let name): [FieldValue(interfaceName: name)]
        // Filled from the places.
        case .resolverCgroups, .unit, .slice, .neighbours, .announcedTranslators: []
        case .downPath: []
        }
    }

    /// The same while the portal is open, on a link with these resolvers.
    func withPortalOpen(_ resolvers: Set<IPAddress>) -> ProfileSimulation {
        var simulation = self
        simulation.evaluator.portalResolvers = resolvers
        simulation.table.openPortal(of: plan, resolvers: resolvers)
        simulation.ruleset = PacketEvaluator(Ruleset(tables: [simulation.table, wire]))
        return simulation
    }

    /// What both meanings make of one packet.
    struct Examination {
        let verdict: ProfileVerdict
        let fate: PacketFate
        /// What the table does with it when the routing table sends it where the profile wants it.
        let enforced: PacketFate
        /// Whether the table does just that, and refuses the packet on any other device.
        let isEnforced: Bool
        /// The rule of the profile that would have decided, and has ended.
        let endedRule: ProfileModel.Rule?
        fileprivate let table: Table
        fileprivate let trace: [PacketEvaluator.Step]

        /// The rule of the table that decided. Decisions are made in the chains that packets of one sender go through;
        /// the last one counts. Which rule it was does not show where all rules of a path end.
        var decidingRule: ChainRule? {
            let step = trace.last {
                $0.chain == "decide" || $0.chain.hasPrefix("d_") && !$0.chain.hasPrefix("d_via_")
            }
            return step.flatMap { step in table.chain(step.chain)?.rules[step.rule] }
        }
    }

    /// To a name: to an address of each family that it might have, as long as the profile carries it there.
    func examine(
        _ destination: TestDestination, from sender: ProfilePacket.Sender, at moment: Timestamp
    ) -> [Examination] {
        switch destination.host {
        case .address(let address): return [examine(destination, to: address, from: sender, at: moment)]
        case .name(let name):
            let fate = evaluator.fate(of: name, askedBy: sender)
            guard fate == .answered else { return [unanswered(name, fate)] }
            let found = addresses[name].filter { destination.service.exists(in: $0.family) }.map {
                examine(destination, to: $0, from: sender, at: moment)
            }
            // A path may carry one family: a program then has the other.
            let leaving = found.filter { $0.verdict.fate != .blocked || !$0.isEnforced }
            return leaving.isEmpty ? found : leaving
        }
    }

    /// Nobody is told an address, and so nothing is sent.
    private func unanswered(_ name: DomainName, _ fate: ProfileEvaluator.NameFate) -> Examination {
        let verdict = ProfileVerdict(.blocked, .nameNotAnswered(fate))
        let packet = PacketFate(verdict, answer: profile.onBlock.answer.value)
        return Examination(
            verdict: verdict, fate: packet, enforced: packet, isEnforced: true, endedRule: nil, table: table,
            trace: [])
    }

    private func examine(
        _ destination: TestDestination, to address: IPAddress, from sender: ProfilePacket.Sender,
        at moment: Timestamp
    ) -> Examination {
        let packet = ProfilePacket(from: sender, to: address, destination.service.content(address.family), at: moment)
        let verdict = verdict(on: packet)
        let fate = PacketFate(verdict, answer: profile.onBlock.answer.value)
        let outcome = outcome(kernelPacket(packet, by: device(for: fate)))
        let enforced = PacketFate(outcome, plan: plan)
        return Examination(
            verdict: verdict, fate: fate, enforced: enforced,
            isEnforced: enforced == fate && isKept(fate, packet), endedRule: endedRule(packet), table: table,
            trace: outcome.trace)
    }

    /// What containers send arrives, and is routed by its mark: to the device that is said to be that way.
    private func outcome(_ packet: Packet) -> PacketEvaluator.Outcome {
        packet.incomingDevice == nil
            ? ruleset.evaluateLeaving(packet)
            : ruleset.evaluateArriving(packet, landing: ProfileSimulation.containerSide)
    }

    /// Of this machine on the containers' link; documentation addresses, which mean nothing to a rule of the table.
    private static let containerSide = ["192.0.2.1", "2001:db8::1"].compactMap { IPAddress($0) }

    private func verdict(on packet: ProfilePacket) -> ProfileVerdict {
        evaluator.evaluate(
            packet, isLocal: packet.destination.isLoopback, isPhysical: true,
            isNeighbour: NeighbourPrefixes.ranges.contains { $0.contains(packet.destination) })
    }

    /// Before any rule ended.
    private func endedRule(_ packet: ProfilePacket) -> ProfileModel.Rule? {
        guard endsSome else { return nil }
        var earlier = packet
        earlier.moment = Timestamp(secondsSinceEpoch: 0)
        guard case .rule(let name) = verdict(on: earlier).reason,
            let rule = profile.rules.first(where: { $0.name.value == name }), let until = rule.until
        else { return nil }
        return packet.moment >= until.value ? rule : nil
    }

    /// A sender for each selector of a subject, as far as it is that subject's.
    func senders(of subject: String) -> [ProfilePacket.Sender] {
        let nobody = ProfileSimulation.unnamed
        switch subject {
        case Subject.any: return [.init(user: nobody, group: nobody)]
        case Subject.resolver: return [.init(user: profile.resolver.user.value, group: nobody)]
        default:
            let selectors = profile.subjects.first { $0.name.value == subject }?.selectors ?? []
            return selectors.compactMap { selector -> ProfilePacket.Sender? in
                switch selector.value {
                case .user(let name): .init(user: name, group: nobody)
                case .group(let name): .init(user: nobody, group: name)
                case .unit(let name, let user):
                    .init(user: user ?? nobody, group: nobody, unit: name, slices: [], of: user)
                case .slice(let name, let user):
                    .init(user: user ?? nobody, group: nobody, unit: nil, slices: Symbol.path(ofSlice: name), of: user)
                case .interface(let name): .init(arrivingBy: name)
                }
            }.filter { evaluator.subject(of: $0)?.name.value == subject }
        }
    }

    /// A device for `direct` where the profile lists none, and a name of nobody: both cannot be written in a profile.
    private static let physicalDevice = "(physical)"
    private static let otherDevice = "(other)"
    private static let unnamed = "(nobody else)"
    private static func numbers(_ names: [String]) -> [String: UInt32] {
        var numbers: [String: UInt32] = [:]
        for name in names where numbers[name] == nil { numbers[name] = 1000 + UInt32(numbers.count) }
        return numbers
    }

    private func isKept(_ fate: PacketFate, _ packet: ProfilePacket) -> Bool {
        guard case .via(let name) = fate else { return true }
        // What is redirected has no device: it is kept when a flow that is not translated is refused.
        if case .redirect = plan.paths.first(where: { $0.name == name })?.exit {
            var older = kernelPacket(packet, by: ProfileSimulation.otherDevice)
            older.flow?.status = Packet.Flow.statusConfirmed
            return outcome(older).fate != .accepted
        }
        let elsewhere = outcome(kernelPacket(packet, by: ProfileSimulation.otherDevice))
        return elsewhere.fate != .accepted
    }

    private func kernelPacket(_ packet: ProfilePacket, by device: String) -> Packet {
        let interface = packet.sender.interface
        let socket =
            interface == nil
            ? Packet.Socket(
                user: users[packet.sender.user] ?? 1, group: groups[packet.sender.group] ?? 1,
                cgroups: places.controlGroups(of: packet.sender)) : nil
        let isLocal = packet.destination.isLoopback
        let transport: Packet.Transport =
            switch packet.content {
            case .transport(.tcp, let source, let port): .tcp(source: source, destination: port, flags: 2)
            case .transport(.udp, let source, let port): .udp(source: source, destination: port)
            case .icmp(let type, let code, _) where packet.destination.family == .v4: .icmp(type: type, code: code)
            case .icmp(let type, let code, _): .icmpv6(type: type, code: code)
            case .other(let number): .other(protocolNumber: number)
            }
        // Nothing looks at the source address of what leaves.
        var sent = Packet(
            from: socket, source: packet.destination, to: packet.destination, transport,
            flow: packet.beginsConversation ? .init() : nil, outgoingDevice: isLocal ? "lo" : device,
            incomingDevice: interface, isDestinationLocal: isLocal)
        sent.nanoseconds = UInt64(max(0, packet.moment.secondsSinceEpoch)) * 1_000_000_000
        return sent
    }

    private func device(for fate: PacketFate) -> String {
        let name = if case .via(let path) = fate { path } else { ProfileModel.Path.direct }
        return switch plan.paths.first(where: { $0.name == name })?.exit {
        case .tunnel(let tunnel): tunnel.interface
        case .direct(let listed): listed.first ?? ProfileSimulation.physicalDevice
        case .redirect, nil: ProfileSimulation.physicalDevice
        }
    }
}

extension ProfileEvaluator {
    /// Everybody has asked for every name.
    fileprivate mutating func learn(_ addresses: SimulatedAddresses) {
        for name in addresses.names {
            for rule in rules(naming: name) {
                answered[rule.name.value, default: []].formUnion(addresses[name].filter { rule.mayLearn($0) })
            }
        }
    }
}

extension ProfileModel.Rule {
    /// A name leads to an address that only machines near this one have where the rule lists it, and not otherwise.
    fileprivate func mayLearn(_ address: IPAddress) -> Bool {
        !AddressClassification(address).isPrivate
            || destinations.addresses.contains { $0.value.contains(address) }
    }
}

extension TestDestination.Service {
    /// As a program's would be; no port that means something.
    private static let sourcePort: UInt16 = 40_000
    /// Of Linux.
    private static let hopLimit: UInt8 = 64

    /// Whether there is such a packet of that family.
    fileprivate func exists(in family: AddressFamily) -> Bool {
        if case .icmp(let message) = self { message.kind(family) != nil } else { true }
    }

    fileprivate func content(_ family: AddressFamily) -> ProfilePacket.Content {
        switch self {
        case .port(let transport, let port):
            .transport(transport, source: Self.sourcePort, destination: port)
        case .icmp(let message):
            .icmp(
                type: message.kind(family)?.type ?? 0, code: message.kind(family)?.code ?? 0, hopLimit: Self.hopLimit)
        case .protocol(let number): .other(protocolNumber: number.number)
        }
    }
}
