internal import Bundle
internal import NetworkTypes
package import ProfileModel
internal import Ruleset

/// The stage that resolves references to numbers, and refuses by name what this version does not enforce.
package struct EnforcementPlanner {
    private let profile: Profile
    private var diagnostics: [Diagnostic] = []
    private var pathNumbers: [String: PathNumber] = [:]
    private var subjectNumbers: [String: SubjectNumber] = [:]
    private var timeNumber: SubjectNumber?
    private var portalNumber: SubjectNumber?

    private init(_ profile: Profile) { self.profile = profile }

    /// The plan, or every reason why there is none.
    package static func plan(_ profile: Profile) -> (plan: EnforcementPlan?, diagnostics: [Diagnostic]) {
        var planner = EnforcementPlanner(profile)
        let plan = planner.plan()
        return (planner.diagnostics.hasErrors ? nil : plan, planner.diagnostics)
    }

    private mutating func plan() -> EnforcementPlan {
        var paths = PathPlanning(profile)
        pathNumbers = paths.numbers
        let subjects = SubjectPlanning(profile, paths: pathNumbers)
        (subjectNumbers, timeNumber, portalNumber) = (subjects.numbers, subjects.timeNumber, subjects.portalNumber)
        paths.complete(owners: subjects.ownerNumbers)
        diagnostics += paths.diagnostics + subjects.diagnostics
        let resolver = planResolver()
        let rules = profile.rules.compactMap { plan($0) } + planTime()
        return EnforcementPlan(
            subjects: subjects.subjects, owners: subjects.owners, containers: subjects.containers, paths: paths.paths,
            rules: rules,
            defaultAction: action(profile.defaultOutcome), resolver: resolver, local: planLocal(),
            onBlock: planOnBlock(), portal: planPortal())
    }

    private mutating func refuse(_ what: String, at range: SourceRange, help: String? = nil) {
        diagnostics.append(.unenforced(what, at: range, help: help))
    }

    private mutating func planResolver() -> EnforcementPlan.Resolver {
        let upstreams = profile.resolver.upstreams.flatMap { upstream -> [EnforcementPlan.Resolver.Upstream] in
            // The proxy's owner is who sends to it.
            if case .proxy = profile.egress(of: upstream) { return [] }
            let path = path(of: upstream)
            return upstream.addresses.map(\.value).filter { !$0.isLoopback }.compactMap { address in
                path.map { .init(endpoint: Endpoint(address: address, port: upstream.effectivePort), path: $0) }
            }
        }
        checkUpstreamPaths()
        return .init(
            user: profile.resolver.user.value, upstreams: upstreams, proxies: planProxies(), views: planViews())
    }

    private func planProxies() -> [EnforcementPlan.Resolver.Proxy] {
        var proxies: [EnforcementPlan.Resolver.Proxy] = []
        for upstream in profile.resolver.upstreams {
            guard case .proxy(let proxy) = profile.egress(of: upstream), let path = path(of: upstream) else { continue }
            let asked = EnforcementPlan.Resolver.Proxy(path: path, port: proxy.endpoint.port)
            if !proxies.contains(asked) { proxies.append(asked) }
        }
        return proxies
    }

    private func planViews() -> [EnforcementPlan.Resolver.View] {
        let views = profile.resolver.views
        let isDefault = { (view: View) in view.name.value == View.defaultName }
        return (views.filter(isDefault) + views.filter { !isDefault($0) }).map { view in
            .init(name: view.name.value, port: view.port.value, subject: subjectNumbers[view.name.value])
        }
    }

    /// Packets to an upstream are known by address and port, so that one endpoint has one path.
    private mutating func checkUpstreamPaths() {
        // Few, as upstreams are.
        var first: [(endpoint: Endpoint, upstream: Upstream)] = []
        for upstream in profile.resolver.upstreams {
            for address in upstream.addresses where !address.value.isLoopback {
                let endpoint = Endpoint(address: address.value, port: upstream.effectivePort)
                guard let other = first.first(where: { $0.endpoint == endpoint })?.upstream else {
                    first.append((endpoint, upstream))
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
        // The resolver blocks names: an address is shared by neighbours.
        if rule.outcome.action == .block, rule.destinations.addresses.isEmpty, !rule.destinations.names.isEmpty {
            return nil
        }
        if let limit = rule.limit, rule.outcome.action == .block {
            diagnostics.append(
                Diagnostic(
                    .conflictingKeys, "`limit` cannot stand beside `block`: there is nothing to limit", at: limit.range,
                    help: "remove it, or write `via` with the path"))
        }
        checkTransports(rule)
        checkContainers(rule)
        checkRedirected(rule)
        return EnforcementPlan.Rule(
            name: rule.name.value, origin: origin(rule),
            subject: rule.from.value == ProfileModel.Subject.any ? nil : subjectNumbers[rule.from.value],
            addresses: rule.destinations.addresses.map(\.value).withForms(under: profile.local.translators),
            names: rule.outcome.action == .block ? [] : rule.destinations.names.map(\.value),
            ports: rule.destinations.ports.map(\.value),
            protocols: rule.destinations.protocols.map(\.value), icmp: rule.destinations.icmp.map(\.value),
            action: action(rule.outcome), log: rule.log?.value.limit,
            limit: rule.limit.map { RateLimit(atOnce: $0.value) }, until: rule.until?.value)
    }

    private func origin(_ rule: ProfileModel.Rule) -> String {
        let origin = "rule \(rule.name.value), \(place(rule.name.range))"
        let whole = origin + (rule.until.map { ", until \($0.value)" } ?? "")
        return whole.utf8.count <= EnforcementPlanner.maximumOriginBytes ? whole : origin
    }

    /// A comment has 127 bytes, and some say more of the rule.
    private static let maximumOriginBytes = 108

    /// The line, and of which file where that is not the profile's own.
    private func place(_ range: SourceRange) -> String {
        guard range.file > 0, range.file <= profile.inheritedFiles.count else { return "line \(range.start.line)" }
        let name = profile.inheritedFiles[range.file - 1]
        let room = EnforcementPlanner.maximumFileNameBytes
        let end = name.utf8.count > room ? "..." + String(decoding: name.utf8.suffix(room - 3), as: UTF8.self) : name
        return "line \(range.start.line) of \(end)"
    }

    /// With the longest name of a rule, that is what an origin has room for.
    private static let maximumFileNameBytes = 16

    /// A clock is needed before names are resolved: its servers are addresses.
    private mutating func planTime() -> [EnforcementPlan.Rule] {
        guard let time = profile.local.time, let number = timeNumber, let path = pathNumbers[time.via.value] else {
            return []
        }
        if let path = profile.paths.first(where: { $0.name.value == time.via.value }), case .redirect = path.route {
            complainAboutTransport("a question for the time", at: time.via.range, by: path)
        }
        let name = EnforcementPlan.Subject.timeService
        return [
            EnforcementPlan.Rule(
                name: name, origin: "\(name), \(place(time.from.range))", subject: number,
                addresses: time.servers.map { IPPrefix(containing: $0.value, length: $0.value.family.bitWidth) }
                    .withForms(under: profile.local.translators),
                names: [], ports: [EnforcementPlanner.timePort].compactMap(\.self), protocols: [], icmp: [],
                action: .via(path))
        ]
    }

    /// NTP (RFC 5905).
    private static let timePort = PortRange(123, 123, .udp)

    /// What is redirected is TCP; other protocols of a rule without ports do not leave.
    private mutating func checkTransports(_ rule: ProfileModel.Rule) {
        guard case .via(let name) = rule.outcome.action,
            let path = profile.paths.first(where: { $0.name.value == name.value }), case .redirect = path.route,
            let (what, range) = rule.destinations.firstWithoutTCP
        else { return }
        complainAboutTransport(what, at: range, by: path)
    }

    /// The service of such a path listens on loopback, where nothing comes that is forwarded.
    private mutating func checkContainers(_ rule: ProfileModel.Rule) {
        guard case .via(let name) = rule.outcome.action,
            let path = profile.paths.first(where: { $0.name.value == name.value }), case .redirect = path.route,
            profile.subjects.contains(where: { $0.name.value == rule.from.value && $0.isOfContainers })
        else { return }
        diagnostics.append(
            Diagnostic(
                .conflictingKeys,
                "containers cannot leave by the path `\(path.name.value)`: `\(rule.from.value)` sends from outside of "
                    + "this machine's loopback", at: name.range,
                notes: [.init("it redirects to a service on this machine", at: path.name.range)],
                help: "send them by a path with an `interface`, or run the service among the containers"))
    }

    /// Nothing is redirected to a path that is a proxy alone: its port is open to those who may go everywhere by it.
    private mutating func checkRedirected(_ rule: ProfileModel.Rule) {
        guard case .via(let name) = rule.outcome.action,
            let path = profile.paths.first(where: { $0.name.value == name.value }), path.isProxyAlone
        else { return }
        let isExclusive = profile.subjects.contains { $0.name.value == rule.from.value && $0.isExclusive }
        guard isExclusive || rule.destinations != ProfileModel.Rule.Destinations() else { return }
        let what = isExclusive ? "the exclusive subject `\(rule.from.value)`" : "a rule with `to`"
        diagnostics.append(
            Diagnostic(
                .conflictingKeys,
                "nothing is redirected to the path `\(name.value)`, and its proxy is not for \(what)", at: name.range,
                notes: [.init("it is a proxy, which opens every destination", at: path.name.range)],
                help: "give the path a `redirect`, or send this by another one; a proxy is for "
                    + (isExclusive ? "subjects that are not exclusive, by " : "") + "a rule without `to`"))
    }

    private mutating func complainAboutTransport(_ what: String, at range: SourceRange, by path: ProfileModel.Path) {
        diagnostics.append(
            Diagnostic(
                .conflictingKeys, "the path `\(path.name.value)` carries TCP only: \(what) cannot leave by it",
                at: range, notes: [.init("it redirects to a service on this machine", at: path.name.range)],
                help: "remove it, or send it by a path with an `interface`"))
    }

    private func action(_ outcome: Outcome) -> EnforcementPlan.Action {
        guard case .via(let path) = outcome.action, let number = pathNumbers[path.value] else { return .block }
        return .via(number)
    }

    private func planLocal() -> EnforcementPlan.Local {
        let local = profile.local
        return .init(
            allowsDHCP: local.dhcp.value, allowsAllICMPv6: local.icmpv6.value == .all,
            reachesNeighbours: local.lan.value == .link, inbound: local.inbound.map(\.value),
            translators: local.translators)
    }

    private func planPortal() -> EnforcementPlan.Portal? {
        guard let portal = profile.portal, let subject = subjectNumbers[portal.subject.value],
            let number = portalNumber
        else { return nil }
        return .init(
            subject: subject, number: number, ports: portal.ports.map(\.value), minutes: portal.minutes.value,
            origin: "portal, \(place(portal.range))")
    }

    private func planOnBlock() -> EnforcementPlan.OnBlock {
        .init(rejects: profile.onBlock.answer.value == .reject, log: profile.onBlock.log.value.limit)
    }
}

extension ProfileModel.Rule.Destinations {
    /// The first thing that is no TCP, in words.
    fileprivate var firstWithoutTCP: (what: String, range: SourceRange)? {
        if let port = ports.first(where: { $0.value.transport == .udp }) { return ("\(port.value)", port.range) }
        if let number = protocols.first { return ("`\(number.value)`", number.range) }
        return icmp.first.map { ("ICMP", $0.range) }
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
