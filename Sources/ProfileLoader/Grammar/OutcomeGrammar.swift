internal import ProfileModel

/// `via` or `block`: the result of a rule, or of the default.
enum OutcomeGrammar {
    static let via = Key(
        "via", .reference(to: .path, builtIn: [Path.direct]), child: .narrower("a stricter path"), example: "vpn",
        help: "leaves by that path, or not at all"
    )
    static let block = Key(
        "block", Form<Located<Bool>>.word([("true", true)]), child: .free, example: "true",
        help: "does not leave")
    static let isOpen = Key(
        "open", .truth, child: .narrower("`false`"), example: "true", help: "a child profile may redefine it")

    /// Exactly one of these is written.
    static let deciding: KeyAlternatives = ["via", "block"]

    static let form = Form<Outcome>.record(
        "the default", [via.erased, block.erased, isOpen.erased], exactlyOne: [deciding]
    ) { fields, _ in
        outcome(fields, at: fields.key.range)
    }

    /// Nil when neither could be read.
    static func outcome(_ fields: Fields, at range: SourceRange? = nil) -> Outcome? {
        let isOpen = fields[isOpen]?.value ?? false
        if let path = fields[via] { return Outcome(.via(path), range: range ?? fields.range(of: via), isOpen: isOpen) }
        return fields[block].map { _ in Outcome(.block, range: range ?? fields.range(of: block), isOpen: isOpen) }
    }
}
