internal import NetworkTypes
internal import ProfileModel

/// The top of the language. With the other grammars this is its one definition: every key, its form, whether it is
/// mandatory, and what it says.
package enum ProfileGrammar {
    /// The whole language as data.
    package static var shape: Shape { form.shape }

    static let schema = Key(
        "schema", schemaForm, isMandatory: true, child: .own, example: Profile.schema,
        help: "the version of this language")
    static let identity = Key(
        "profile", IdentityGrammar.form, isMandatory: true, child: .own, example: "{ name: office, version: 1 }",
        help: "which profile this is")
    static let extends = Key(
        "extends", .list(of: .fileName), child: .own, example: "[baseline.yaml]",
        help: "the profiles that this one narrows")
    static let paths = Key(
        "paths", PathGrammar.table, child: .within, example: "{ vpn: { interface: wg0, ... } }",
        help: "how traffic leaves, strictest first; `direct` is built in")
    static let subjects = Key(
        "subjects", SubjectGrammar.table, child: .within, example: "{ browser: { users: [alice] } }", help: "who sends")
    static let resolver = Key(
        "resolver", ResolverGrammar.form, isMandatory: true, child: .within, example: "{ upstreams: { ... } }",
        help: "who answers names, and how")
    static let defaultOutcome = Key(
        "default", OutcomeGrammar.form, isMandatory: true, child: .within, example: "{ block: true }",
        help: "what becomes of traffic that no rule speaks of")
    static let rules = Key(
        "rules", RuleGrammar.table, child: .within, example: "{ printer: { from: any, to: { ... }, via: direct } }",
        help: "which subject reaches what, and how")
    static let local = Key(
        "local", LocalGrammar.form, child: .within, example: "{ dhcp: true, lan: none }",
        help: "what the link itself needs")
    static let onBlock = Key(
        "on-block", BlockedGrammar.form, child: .within, example: "{ answer: reject }",
        help: "what the sender of blocked traffic notices")
    static let portal = Key(
        "portal", PortalGrammar.form, child: .within,
        example: "{ subject: portal-browser, ports: [80/tcp, 443/tcp], minutes: 10 }",
        help: "the short way through a captive portal")
    static let tests = Key(
        "tests", TestGrammar.list, child: .appended, example: "[{ name: ..., from: any, to: [...], expect: [...] }]",
        help: "packets, and what must become of them")
    static let invariants = Key(
        "invariants", InvariantGrammar.list, child: .appended, example: "[no-name-resolution-leak]",
        help: "what is proved for all packets")

    static let form = Form<Profile>.record(
        "a profile",
        [
            schema.erased, identity.erased, extends.erased, paths.erased, subjects.erased, resolver.erased,
            defaultOutcome.erased, rules.erased, local.erased, onBlock.erased, portal.erased, tests.erased,
            invariants.erased,
        ]
    ) { fields, reading in
        if !fields.isWritten(resolver) { reading.giveUp(on: .upstream) }
        checkUpstreamPaths(fields, &reading)
        checkPortal(fields, &reading)
        checkPortalTests(fields, &reading)
        checkContainers(fields, &reading)
        return profile(fields)
    }

    /// A portal opens every address of the link, and the link's own resolver.
    private static func checkPortal(_ fields: Fields, _ reading: inout ProfileReading) {
        guard let portal = fields[portal],
            let subject = fields[subjects]?.first(where: { $0.name.value == portal.subject.value })
        else { return }
        if subject.isOfContainers {
            reading.report(
                .conflictingKeys,
                "`\(subject.name.value)` is of containers, and a portal is for programs of this machine",
                at: portal.subject.range, notes: [Diagnostic.Note("it is declared here", at: subject.name.range)],
                help: "give the portal the subject of a browser")
        }
        guard subject.isExclusive else { return }
        reading.report(
            .exclusivePortal, "`\(subject.name.value)` is exclusive, and a portal would let it out anywhere",
            at: portal.subject.range, notes: [Diagnostic.Note("it is declared here", at: subject.name.range)],
            help: "give the portal a subject of its own, for a browser that does nothing else")
    }

    private static func checkPortalTests(_ fields: Fields, _ reading: inout ProfileReading) {
        guard !fields.isWritten(portal) else { return }
        for test in fields[tests] ?? [] {
            guard let resolver = test.portalResolvers?.first else { continue }
            reading.report(
                .noPortal, "the test `\(test.name.value)` goes by a portal, and the profile has none",
                at: resolver.range, help: "remove `portal` from the test, or give the profile one")
        }
    }

    /// What arrives by an interface is containers', what leaves by it a path's.
    private static func checkContainers(_ fields: Fields, _ reading: inout ProfileReading) {
        for interface in (fields[subjects] ?? []).flatMap(\.containerInterfaces) {
            if interface.value == loopback {
                reading.report(
                    .badIdentifier, "`\(loopback)` is this machine's own, and no interface of containers",
                    at: interface.range, help: "name the bridge that the containers are on")
            }
            for path in fields[paths] ?? [] {
                guard let other = path.interfaces.first(where: { $0.value == interface.value }) else { continue }
                reading.report(
                    .containersOnPath,
                    "the interface `\(interface.value)` belongs to the path `\(path.name.value)`, and to containers",
                    at: interface.range, notes: [Diagnostic.Note("`\(path.name.value)` has it here", at: other.range)],
                    help: "nothing leaves by an interface of containers: take it out of the path")
            }
        }
    }

    private static let loopback = "lo"

    private static let schemaForm = Form<Located<String>>.scalar(
        "the version of the language", example: Profile.schema, .pattern("^\(Profile.schema)$")
    ) {
        text throws(ValueProblem) in
        guard text == Profile.schema else {
            throw ValueProblem(
                .unknownSchema, "`\(text)` is no version of this language that is known here",
                help: "write `\(Profile.schema)`")
        }
        return text
    }

    private static func profile(_ fields: Fields) -> Profile? {
        guard let identity = fields[identity], let resolver = fields[resolver], let outcome = fields[defaultOutcome]
        else { return nil }
        return Profile(
            identity: identity, extends: fields[extends] ?? [], paths: fields[paths] ?? [],
            subjects: fields[subjects] ?? [], resolver: resolver, defaultOutcome: outcome, rules: fields[rules] ?? [],
            local: fields[local] ?? LocalTraffic(range: fields.key.range),
            onBlock: fields[onBlock] ?? BlockedTraffic(range: fields.key.range), portal: fields[portal],
            tests: fields[tests] ?? [], invariants: fields[invariants] ?? [])
    }

    /// An upstream without a path takes the default's; there must be one. Loopback does not count as leaving.
    private static func checkUpstreamPaths(_ fields: Fields, _ reading: inout ProfileReading) {
        guard let outcome = fields[defaultOutcome], outcome.action == .block, let resolver = fields[resolver] else {
            return
        }
        for upstream in resolver.upstreams where upstream.path == nil {
            guard !upstream.addresses.allSatisfy(\.value.isLoopback) else { continue }
            reading.report(
                .upstreamWithoutPath, "the upstream `\(upstream.name.value)` has no path, and the default blocks",
                at: upstream.name.range, notes: [Diagnostic.Note("the default is written here", at: outcome.range)],
                help: "add `path: direct`, or the path that its queries leave by")
        }
    }
}
