internal import CanonicalJSON
internal import NetworkTypes
internal import ProfileMeaning
internal import ProfileModel
internal import Ruleset

/// Why something becomes of a packet, in words.
struct Explanation {
    let examination: ProfileSimulation.Examination
    private let profile: Profile

    init(_ examination: ProfileSimulation.Examination, of profile: Profile) {
        self.examination = examination
        self.profile = profile
    }

    func text(from subject: String, to destination: String, _ renderer: DiagnosticRenderer) -> String {
        var lines = [
            "from     \(subject)", "to       \(destination)", "verdict  \(verdict)", "because  \(reason)",
        ]
        lines += examination.endedRule.map { ["ended    \(ending($0))"] } ?? []
        lines += examination.decidingRule.map { ["table    \(abbreviated($0.text))"] } ?? []
        if !examination.isEnforced { lines.append("BUT      the compiled table says \(examination.enforced)") }
        return lines.map { $0 + "\n" }.joined() + (place.map { "\n" + renderer.render($0) } ?? "")
    }

    func json(file: String, sources: [SourceFile], from subject: String, to destination: String) -> JSONValue {
        [
            "schema": "enigm.profile-explain/1", "file": .string(file), "diagnostics": [], "from": .string(subject),
            "to": .string(destination), "verdict": .string("\(examination.fate)"),
            "table": .string("\(examination.enforced)"), "reason": .string(reason),
            "ended": examination.endedRule.map { .string($0.name.value) } ?? .null,
            "range": place?.json(sources) ?? .null,
            "rule": examination.decidingRule.map { .string($0.text) } ?? .null,
        ]
    }

    private var verdict: String {
        switch examination.fate {
        case .stub: "it is answered by the resolver of this machine\(view)"
        case .via(let path): "it leaves by `\(path)`, or not at all"
        case .reject: "it does not leave, and its sender gets an error at once"
        case .drop: "it does not leave, and its sender hears nothing"
        case .staysLocal: "it stays on this machine"
        case .essential: "it leaves: the link needs it"
        }
    }

    /// Where there are several.
    private var view: String {
        guard case .stub(let view) = examination.verdict.fate, profile.resolver.views.count > 1 else { return "" }
        return ", in the view `\(view)`"
    }

    /// In words.
    var reason: String {
        let blocks = examination.verdict.fate == .blocked
        return switch examination.verdict.reason {
        case .rule(let name):
            (blocks && !isBlock(name) ? "the path of the rule `\(name)` does not carry it" : "the rule `\(name)`")
                + (end(of: name).map { ", until \($0)" } ?? "")
        case .defaultOutcome where blocks && !blocksByDefault: "the path of the default does not carry it"
        case .defaultOutcome: "no rule speaks of it, and that is the default"
        case .exclusiveSubject(let name): "`\(name)` is exclusive, and none of its rules speaks of it"
        case .resolverUpstream(let name): "the resolver reaches its upstream `\(name)`"
        case .resolverOnlyToUpstreams: "the resolver reaches its upstreams, and nothing else"
        case .nameResolutionGuard: "nothing but the resolver resolves names off the device"
        case .untoldTranslator:
            "`\(NAT64.localUse)` is for translators of IPv4, and what is behind it is for `local: nat64` to say"
        case .guardedPort: "the port is the resolver's or a path's: it is for what is sent there by the profile"
        case .socks(let path):
            "it may leave by `\(path)` whatever its destination, so that the path's proxy is open to it"
        case .upstreamProxy(let path): "the resolver asks upstreams through the proxy of `\(path)`"
        case .ownerOfPath(let name): "what the owner of the path `\(name)` sends leaves by its `next`"
        case .loopback: "the destination is this machine"
        case .neighbour: "no rule speaks of it, and private addresses are taken for the link's"
        case .timeService where blocks: "the path of `local: time` does not carry it"
        case .timeService: "the clock is set before names are resolved"
        case .noConversation: "answers and errors of ICMP leave only with the flow that they belong to"
        case .essentials: "essential traffic comes before all rules"
        case .portal where blocks: "while the portal is open, its subject asks the resolvers of the link and no other"
        case .portal: "the portal is open"
        case .notForwarded: "nothing is forwarded but what containers of the profile send"
        case .containers(let name):
            "`\(name)` is of containers, and none of its rules speaks of it: rules for `any` and the default do not"
        case .closedToContainers: "containers reach nothing of this machine but its resolver and `local: inbound`"
        case .inbound: "`local: inbound` opens the port to all who are outside, and to containers"
        case .nameNotAnswered(.blocked(let rule)): "the resolver answers the name to nobody, by the rule `\(rule)`"
        case .nameNotAnswered(.outOfScope(let subject)):
            "`\(subject)` is exclusive, and the resolver answers it the names of its rules only"
        case .nameNotAnswered(.answered): "the resolver answers the name"
        }
    }

    /// Where the profile says so; nil when the language itself does.
    var place: SourceRange? {
        switch examination.verdict.reason {
        case .rule(let name): profile.rules.first { $0.name.value == name }?.name.range
        case .defaultOutcome: profile.defaultOutcome.range
        case .exclusiveSubject(let name), .containers(let name):
            profile.subjects.first { $0.name.value == name }?.name.range
        case .resolverUpstream(let name): profile.resolver.upstream(named: name)?.name.range
        case .socks(let name), .upstreamProxy(let name), .ownerOfPath(let name):
            profile.paths.first { $0.name.value == name }?.name.range
        case .timeService: profile.local.time?.from.range
        case .neighbour: profile.local.lan.range
        case .portal: profile.portal?.subject.range
        case .nameNotAnswered(.blocked(let name)): profile.rules.first { $0.name.value == name }?.name.range
        case .nameNotAnswered(.outOfScope(let name)): profile.resolver.view(named: name)?.name.range
        case .nameNotAnswered(.answered), .resolverOnlyToUpstreams, .nameResolutionGuard, .untoldTranslator,
            .guardedPort, .loopback, .essentials, .noConversation, .notForwarded, .closedToContainers, .inbound:
            nil
        }
    }

    /// A set with many elements shows the first ones.
    private func abbreviated(_ rule: String) -> String {
        guard let start = rule.firstRange(of: "{ "), let end = rule[start.upperBound...].firstRange(of: " }") else {
            return rule
        }
        let elements = rule[start.upperBound..<end.lowerBound].split(separator: ", ")
        guard elements.count > Explanation.maximumElements else { return rule }
        let shown = elements.prefix(Explanation.maximumElements / 2).joined(separator: ", ")
        let more = elements.count - Explanation.maximumElements / 2
        return rule[..<start.upperBound] + "\(shown), ... \(more) more" + abbreviated(String(rule[end.lowerBound...]))
    }

    /// Of one set, in a line for people.
    private static let maximumElements = 8

    private func ending(_ rule: Rule) -> String {
        "the rule `\(rule.name.value)` spoke of it" + (end(of: rule.name.value).map { " until \($0)" } ?? "")
    }

    private func end(of rule: String) -> Timestamp? {
        profile.rules.first { $0.name.value == rule }?.until?.value
    }

    private var blocksByDefault: Bool { profile.defaultOutcome.action == .block }

    private func isBlock(_ rule: String) -> Bool {
        profile.rules.first { $0.name.value == rule }?.outcome.action == .block
    }
}
