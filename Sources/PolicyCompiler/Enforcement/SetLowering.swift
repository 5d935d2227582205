internal import NetworkTypes
internal import Ruleset

// Sets: who the users are, which devices there are, where the upstreams and tunnels are.
extension RulesetLowering {
    var userSets: [NamedSet] {
        [NamedSet(Name.resolverUsers, key: [.userIdentifier])]
            + plan.namedSubjects.flatMap(\.selectorSets).flatMap { set in
                (set.owner.map { [NamedSet($0.set, key: [.userIdentifier])] } ?? [])
                    + [NamedSet(set.name, key: [set.key])]
            }
    }

    /// Where the resolver's sockets are made: filled where the kernel can look them up.
    var cgroupSet: NamedSet { NamedSet(Name.resolverCgroups, key: [.cgroup]) }

    var deviceSets: [NamedSet] {
        [
            NamedSet(Name.directDevices, key: [.interfaceName]),
            NamedSet(Name.checkedDevices, key: [.interfaceName]),
            // The epoch before this one, while inbound packets of its flows may still arrive: closes by itself.
            NamedSet(Name.staleEpochs, key: [.mark], flags: [.timeout]),
            NamedSet(Name.announcedTranslators, key: [.ipv6Address], flags: [.interval]),
        ] + neighbourSets.map(\.set) + (plan.tunnels.isEmpty ? [] : [NamedSet(Name.downPaths, key: [.mark])])
    }

    private var neighbourSets: [(set: NamedSet, family: AddressFamily)] {
        guard plan.local.reachesNeighbours else { return [] }
        return AddressFamily.allCases.map {
            (NamedSet(Name.neighbours($0), key: [$0.fieldType], flags: [.interval]), $0)
        }
    }

    var symbolicSets: [SymbolicSet] {
        let named = plan.namedDirectDevices
        return [
            SymbolicSet(Name.resolverUsers, [.user(plan.resolver.user)]),
            SymbolicSet(Name.resolverCgroups, [.resolverCgroups]),
            SymbolicSet(Name.directDevices, named.isEmpty ? [.physicalDevices] : named.map { .device($0) }),
            SymbolicSet(Name.checkedDevices, [.checkedDevices]),
            SymbolicSet(Name.announcedTranslators, [.announcedTranslators(besides: plan.local.translators)]),
        ]
            + neighbourSets.map { SymbolicSet($0.set.name, [.neighbours($0.family)]) }
            + (plan.tunnels.isEmpty
                ? []
                : [SymbolicSet(Name.downPaths, plan.tunnels.map { .downPath($0.path, device: $0.tunnel.interface) })])
            + plan.namedSubjects.flatMap(\.selectorSets).flatMap { set in
                (set.owner.map { [SymbolicSet($0.set, [.user($0.user)])] } ?? [])
                    + [SymbolicSet(set.name, set.symbols)]
            }
    }

    /// Address and port of the resolver's upstreams, by path; of tunnels' other ends, by path.
    var upstreamSets: [NamedSet] {
        let upstreams = grouped(plan.resolver.upstreams.map { ($0.path, $0.endpoint) }, Name.upstreams)
        return upstreams + endpointSets
    }

    private func grouped(
        _ endpoints: [(PathNumber, Endpoint)], _ name: (PathNumber, AddressFamily) -> String
    ) -> [NamedSet] {
        Set(endpoints.map(\.0)).sorted().flatMap { path in
            AddressFamily.allCases.compactMap { family -> NamedSet? in
                let members = Set(endpoints.filter { $0.0 == path && $0.1.address.family == family }.map(\.1))
                guard !members.isEmpty else { return nil }
                let elements = members.map { SetElement([FieldValue($0.address), FieldValue($0.port)]) }
                return NamedSet(name(path, family), key: [family.fieldType, .port], elements: elements.sorted())
            }
        }
    }

    /// The addresses that the resolver has answered for the names of a rule, each for a time.
    var nameSets: [NamedSet] {
        plan.rules.filter { !$0.names.isEmpty }.flatMap { rule in
            AddressFamily.allCases.map { family in
                NamedSet(
                    Name.names(rule.name, family), key: [family.fieldType], flags: [.timeout],
                    size: RulesetLowering.maximumNameAddresses)
            }
        }
    }

    /// Of one family, for the names of one rule. A name has a handful; a rule for everything below a name has many.
    static let maximumNameAddresses: UInt32 = 4096

    /// Known DNS-over-HTTPS services by exact address.
    var serviceSets: [NamedSet] {
        AddressFamily.allCases.map { family in
            let services = EncryptedDNSServices.prefixes.withForms(under: plan.local.translators)
            let addresses = services.map(\.address).filter { $0.family == family }
            return NamedSet(
                Name.encryptedServices(family), key: [family.fieldType],
                elements: Set(addresses).map { SetElement(FieldValue($0)) }.sorted())
        }
    }
}

extension EnforcementPlan {
    /// Those that the profile narrows `direct` to; none where it means every physical one.
    var namedDirectDevices: [String] {
        guard case .direct(let interfaces) = path(.direct)?.exit else { return [] }
        return interfaces
    }

    func tunnel(_ path: PathNumber) -> Path.Tunnel? { tunnels.first { $0.path == path }?.tunnel }

    var tunnels: [(path: PathNumber, tunnel: Path.Tunnel)] {
        paths.compactMap { path in
            guard case .tunnel(let tunnel) = path.exit else { return nil }
            return (path.number, tunnel)
        }
    }
}
