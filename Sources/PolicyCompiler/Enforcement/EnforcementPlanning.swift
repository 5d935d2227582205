internal import NetworkTypes
package import ProfileModel
internal import Ruleset

/// The stage that resolves references to numbers, and refuses by name what this version does not enforce.
package struct EnforcementPlanner {
    private let profile: Profile
    private var diagnostics: [Diagnostic] = []
    private var pathNumbers: [String: PathNumber] = [ProfileModel.Path.direct: .direct]
    private var subjectNumbers: [String: SubjectNumber] = [:]

    private init(_ profile: Profile) { self.profile = profile }

    /// The plan, or every reason why there is none.
    package static func plan(_ profile: Profile) -> (plan: EnforcementPlan?, diagnostics: [Diagnostic]) {
        var planner = EnforcementPlanner(profile)
        let plan = planner.plan()
        return (planner.diagnostics.hasErrors ? nil : plan, planner.diagnostics)
    }

    private mutating func plan() -> EnforcementPlan {
        let paths = planPaths()
        let subjects = planSubjects()
        let resolver = planResolver()
        let rules = profile.rules.compactMap { plan($0) }
        return EnforcementPlan(
            subjects: subjects, paths: paths, rules: rules, defaultAction: action(profile.defaultOutcome),
            resolver: resolver, local: planLocal(), onBlock: planOnBlock())
    }

    private mutating func refuse(_ what: String, at range: SourceRange, help: String? = nil) {
        diagnostics.append(
            Diagnostic(.notSupported, "this version does not enforce \(what)", at: range, help: help))
    }

    private mutating func planPaths() -> [EnforcementPlan.Path] {
        var declared: [EnforcementPlan.Path] = []
        var next = PathNumber.firstDeclared
        for path in profile.paths {
            let number: PathNumber
            if path.name.value == ProfileModel.Path.direct {
                number = .direct
            } else if next <= PathNumber.maximumDeclared {
                number = PathNumber(next)
                next += 1
            } else {
                refuse("more than \(PathNumber.maximumDeclared - 1) declared paths", at: path.name.range)
                continue
            }
            pathNumbers[path.name.value] = number
            if let planned = plan(path, number) { declared.append(planned) }
        }
        guard !declared.contains(where: { $0.number == .direct }) else { return declared }
        return declared + [
            .init(number: .direct, name: ProfileModel.Path.direct, exit: .direct([]), families: [.v4, .v6])
        ]
    }

    private mutating func plan(_ path: ProfileModel.Path, _ number: PathNumber) -> EnforcementPlan.Path? {
        let name = path.name.value
        switch path.route {
        case .direct(let interfaces):
            let exit = EnforcementPlan.Path.Exit.direct(interfaces.map(\.value))
            return .init(number: number, name: name, exit: exit, families: [.v4, .v6])
        case .redirect:
            refuse("redirecting paths (`\(name)`)", at: path.name.range, help: "leave the path and its rules out")
            return nil
        case .tunnel(let tunnel):
            if tunnel.kind.value == .userspace { refuse("tunnels in user space", at: tunnel.kind.range) }
            if let next = path.next, next.value != ProfileModel.Path.direct {
                refuse("a tunnel that leaves by another path", at: next.range, help: "its outer packets leave directly")
            }
            for endpoint in tunnel.endpoints where endpoint.value.transport == .tcp {
                refuse("a tunnel over TCP", at: endpoint.range, help: "write its endpoint with `/udp`")
            }
            let exit = EnforcementPlan.Path.Exit.tunnel(
                .init(
                    interface: tunnel.interface.value, listenPort: tunnel.listenPort?.value ?? 0,
                    endpoints: tunnel.endpoints.filter { $0.value.transport == .udp }.map(\.value.endpoint)))
            return .init(
                number: number, name: name, exit: exit,
                families: tunnel.ipv6.value == .inside ? [.v4, .v6] : [.v4])
        }
    }

    private mutating func planSubjects() -> [EnforcementPlan.Subject] {
        var planned: [EnforcementPlan.Subject] = []
        // Exclusive subjects are a rank of their own.
        var owners: [Bool: [ProfileModel.Selector: Located<String>]] = [:]
        for (index, subject) in profile.subjects.enumerated() {
            guard index + Int(SubjectNumber.firstDeclared) <= Int(SubjectNumber.maximumDeclared) else {
                refuse(
                    "more than \(SubjectNumber.maximumDeclared - SubjectNumber.firstDeclared + 1) subjects",
                    at: subject.name.range)
                break
            }
            let number = SubjectNumber(SubjectNumber.firstDeclared + UInt8(index))
            subjectNumbers[subject.name.value] = number
            for selector in subject.selectors {
                check(selector, of: subject, &owners[subject.isExclusive, default: [:]])
            }
            planned.append(
                .init(
                    number: number, name: subject.name.value,
                    users: subject.selectors.compactMap { if case .user(let name) = $0.value { name } else { nil } },
                    groups: subject.selectors.compactMap { if case .group(let name) = $0.value { name } else { nil } },
                    isExclusive: subject.isExclusive))
        }
        return planned
    }

    /// A sender has one subject: the same selector in two of equal rank is a contradiction.
    private mutating func check(
        _ selector: Located<ProfileModel.Selector>, of subject: ProfileModel.Subject,
        _ owners: inout [ProfileModel.Selector: Located<String>]
    ) {
        switch selector.value {
        case .user, .group: break
        case .unit(let name, _): refuse("units (`\(name)`)", at: selector.range, help: "select by user or group")
        case .slice(let name, _): refuse("slices (`\(name)`)", at: selector.range, help: "select by user or group")
        case .interface(let name): refuse("container interfaces (`\(name)`)", at: selector.range)
        }
        if selector.value == .user(profile.resolver.user.value) {
            diagnostics.append(
                Diagnostic(
                    .subjectOverlap, "\(selector.value.words) is the resolver", at: selector.range,
                    notes: [.init("it is named here", at: profile.resolver.user.range)],
                    help: "the resolver is a subject of its own: leave it out, or give it another user"))
        } else if let first = owners[selector.value] {
            diagnostics.append(
                Diagnostic(
                    .subjectOverlap, "\(selector.value.words) belongs to two subjects of equal rank",
                    at: selector.range,
                    notes: [.init("`\(first.value)` has it here", at: first.range)],
                    help: "every sender has one subject: leave it in one of them"))
        } else {
            owners[selector.value] = Located(subject.name.value, selector.range)
        }
    }

    private mutating func planResolver() -> EnforcementPlan.Resolver {
        let view = profile.resolver.view(named: View.defaultName)
        let upstreams = profile.resolver.upstreams.flatMap { upstream -> [EnforcementPlan.Resolver.Upstream] in
            let path = path(of: upstream)
            return upstream.addresses.map(\.value).filter { !$0.isLoopback }.compactMap { address in
                path.map { .init(endpoint: Endpoint(address: address, port: upstream.effectivePort), path: $0) }
            }
        }
        checkUpstreamPaths()
        return .init(
            user: profile.resolver.user.value, upstreams: upstreams, port: view?.port.value ?? View.defaultPort)
    }

    /// Packets to an upstream are known by address and port, so that one endpoint has one path.
    private mutating func checkUpstreamPaths() {
        var first: [Endpoint: Upstream] = [:]
        for upstream in profile.resolver.upstreams {
            for address in upstream.addresses where !address.value.isLoopback {
                let endpoint = Endpoint(address: address.value, port: upstream.effectivePort)
                guard let other = first[endpoint] else {
                    first[endpoint] = upstream
                    continue
                }
                guard path(of: other) != path(of: upstream) else { continue }
                diagnostics.append(
                    Diagnostic(
                        .conflictingKeys, "`\(upstream.name.value)` is reached at \(endpoint) by another path",
                        at: upstream.path?.range ?? address.range,
                        notes: [.init("`\(other.name.value)` is at the same address and port", at: other.name.range)],
                        help: "give both the same `path`"))
            }
        }
    }

    private func path(of upstream: Upstream) -> PathNumber? {
        upstream.path.map { pathNumbers[$0.value] } ?? defaultPath
    }

    private var defaultPath: PathNumber? {
        guard case .via(let path) = profile.defaultOutcome.action else { return nil }
        return pathNumbers[path.value]
    }

    private mutating func plan(_ rule: ProfileModel.Rule) -> EnforcementPlan.Rule? {
        if let name = rule.destinations.names.first {
            refuse("names as destinations", at: name.range, help: "write addresses")
        }
        if let limit = rule.limit, rule.outcome.action == .block {
            diagnostics.append(
                Diagnostic(
                    .conflictingKeys, "`limit` cannot stand beside `block`: there is nothing to limit", at: limit.range,
                    help: "remove it, or write `via` with the path"))
        }
        if let until = rule.until { refuse("rules that end", at: until.range) }
        return EnforcementPlan.Rule(
            name: rule.name.value, line: rule.name.range.start.line,
            subject: rule.from.value == ProfileModel.Subject.any ? nil : subjectNumbers[rule.from.value],
            addresses: rule.destinations.addresses.map(\.value), ports: rule.destinations.ports.map(\.value),
            action: action(rule.outcome), log: rule.log?.value.limit,
            limit: rule.limit.map { RateLimit(atOnce: $0.value) })
    }

    private func action(_ outcome: Outcome) -> EnforcementPlan.Action {
        guard case .via(let path) = outcome.action, let number = pathNumbers[path.value] else { return .block }
        return .via(number)
    }

    private mutating func planLocal() -> EnforcementPlan.Local {
        let local = profile.local
        if local.lan.value != .none {
            refuse("`lan: link`", at: local.lan.range, help: "write a rule with the addresses")
        }
        if let time = local.time {
            refuse("`time`", at: time.unit.range, help: "write a rule for the time service's user")
        }
        return .init(
            allowsDHCP: local.dhcp.value, allowsAllICMPv6: local.icmpv6.value == .all,
            inbound: local.inbound.map(\.value))
    }

    private func planOnBlock() -> EnforcementPlan.OnBlock {
        .init(rejects: profile.onBlock.answer.value == .reject, log: profile.onBlock.log.value.limit)
    }
}

extension LogSetting {
    fileprivate var limit: RateLimit? {
        guard case .limited(let rate) = self else { return nil }
        return RateLimit(rate: UInt64(rate.count), per: rate.unit.limitUnit)
    }
}

extension RateLimit {
    /// As many at once as the rate counts, and then as many a unit: `10/minute` is no wait of six seconds.
    fileprivate init(atOnce rate: Rate) {
        self.init(rate: UInt64(rate.count), per: rate.unit.limitUnit, burst: rate.count)
    }
}

extension Rate.Unit {
    fileprivate var limitUnit: RateLimit.Unit {
        switch self {
        case .second: .second
        case .minute: .minute
        case .hour: .hour
        case .day: .day
        }
    }
}

extension ProfileModel.Selector {
    fileprivate var words: String {
        switch self {
        case .user(let name): "user `\(name)`"
        case .group(let name): "group `\(name)`"
        case .unit(let name, _): "unit `\(name)`"
        case .slice(let name, _): "slice `\(name)`"
        case .interface(let name): "interface `\(name)`"
        }
    }
}
