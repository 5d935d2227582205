internal import NetworkTypes
internal import ProfileModel

/// The entries of `rules`.
enum RuleGrammar {
    static let from = Key(
        "from", .reference(to: .subject, builtIn: [Subject.any]), isMandatory: true, example: "any", help: "who sends")
    static let to = Key(
        "to", DestinationGrammar.form, example: "{ names: [example.org], ports: [443/tcp] }",
        help: "where to; everywhere when left out")
    static let reason = Key("reason", .prose, example: "office printer", help: "why the rule is there, for people")
    static let log = Key("log", LogGrammar.form, example: "{ rate: 6/minute }", help: "whether matches are logged")
    static let limit = Key("limit", .rate, example: "10/second", help: "new flows beyond this rate are blocked")
    static let until = Key(
        "until",
        Form<Located<Timestamp>>.scalar("a moment", example: "2027-03-01T00:00:00Z", parse: Timestamp.init(written:)),
        example: "2027-03-01T00:00:00Z", help: "the rule ends then")

    static let table = Form<[Rule]>.table(of: form, declares: .rule)

    private static let form = Form<Rule>.record(
        "a rule",
        [
            from.erased, to.erased, OutcomeGrammar.via.erased, OutcomeGrammar.block.erased, reason.erased, log.erased,
            limit.erased, until.erased, OutcomeGrammar.isOpen.erased,
        ],
        exactlyOne: [OutcomeGrammar.deciding]
    ) { fields, _ in
        guard let from = fields[from], let outcome = OutcomeGrammar.outcome(fields) else { return nil }
        return Rule(
            name: fields.key, from: from, destinations: fields[to] ?? Rule.Destinations(), outcome: outcome,
            reason: fields[reason], log: fields[log], limit: fields[limit], until: fields[until])
    }
}

/// The `to` of a rule.
enum DestinationGrammar {
    static let addresses = Key(
        "addresses", Form<[Located<IPPrefix>]>.list(of: .prefix, minimum: 1),
        example: "[192.168.1.20, \"2001:db8::/32\"]",
        help: "addresses and prefixes")
    static let names = Key(
        "names", Form<[Located<NamePattern>]>.list(of: .namePattern, minimum: 1), example: "[chat.example.org]",
        help: "the addresses that our resolver answered for these names; `*.x` does not include `x`")
    static let ports = Key(
        "ports", Form<[Located<PortRange>]>.list(of: .ports, minimum: 1), example: "[443/tcp]",
        help: "ports; every protocol when left out")

    static let form = Form<Rule.Destinations>.record(
        "a destination", [addresses.erased, names.erased, ports.erased]
    ) { fields, _ in
        Rule.Destinations(
            addresses: fields[addresses] ?? [], names: fields[names] ?? [], ports: fields[ports] ?? [])
    }
}

/// A `log` key: `true`, `false`, or a mapping with a rate.
enum LogGrammar {
    static let rate = Key("rate", .rate, isMandatory: true, example: "6/minute", help: "at most this many lines")

    static let form = Form<Located<LogSetting>>.either(text: onOrOff, mapping: limited)

    private static let onOrOff = Form<Located<Bool>>.truth.map { $0.map { $0 ? LogSetting.standard : .off } }

    private static let limited = Form<Located<LogSetting>>.record("a log", [rate.erased]) { fields, _ in
        fields[rate]?.map(LogSetting.limited)
    }
}
