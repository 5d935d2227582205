internal import ProfileModel

/// The entries of `rules`.
enum RuleGrammar {
    static let from = Key(
        "from", .reference(to: .subject, builtIn: [Subject.any]), isMandatory: true, child: .fixed, example: "any",
        help: "who sends")
    static let to = Key(
        "to", DestinationGrammar.form, child: .within, example: "{ names: [example.org], ports: [443/tcp] }",
        help: "where to; everywhere when left out")
    static let reason = Key(
        "reason", .prose, child: .free, example: "office printer", help: "why the rule is there, for people")
    static let log = Key(
        "log", LogGrammar.form, child: .free, example: "{ rate: 6/minute }", help: "whether matches are logged")
    static let limit = Key(
        "limit", .rate, child: .narrower("a lower rate"), example: "10/second",
        help: "new flows beyond this rate are blocked")
    static let until = Key(
        "until",
        Form<Located<Timestamp>>.scalar(
            "a moment", example: "2027-03-01T00:00:00Z", .pattern(WrittenPattern.moment),
            parse: Timestamp.init(written:)),
        child: .narrower("an earlier moment; of a rule that blocks, a later one"), example: "2027-03-01T00:00:00Z",
        help: "the rule ends then")

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
