internal import ProfileModel

/// The entries of `invariants`.
enum InvariantGrammar {
    static let path = Key(
        "never-leaves-by", .reference(to: .path, builtIn: [Path.direct]), isMandatory: true, child: .free,
        example: "direct",
        help: "the path that nothing leaves by")
    static let except = Key(
        "except", Form<[Located<Invariant.Exception>]>.list(of: exception), child: .free,
        example: "[rule printer, path vpn]",
        help: "rules and paths that may use it")

    static let list = Form<[Located<Invariant>]>.list(of: .either(text: named, mapping: neverLeaves))

    private static let named = Form<Located<Invariant>>.word([
        ("no-name-resolution-leak", .noNameResolutionLeak)
    ])

    private static let neverLeaves = Form<Located<Invariant>>.record(
        "an invariant", [path.erased, except.erased]
    ) { fields, _ in
        fields[path].map { Located(.neverLeaves(by: $0, except: fields[except] ?? []), fields.range(of: path)) }
    }

    private static let exception = Form<Located<Invariant.Exception>>.scalar(
        "an exception", example: "rule printer", .pattern(WrittenPattern.exception),
        parse: Invariant.Exception.init(written:)
    ).checked { exception, reading in
        switch exception.value {
        case .rule(let name): reading.refer(to: .rule, Located(name, exception.range))
        case .path(let name): reading.refer(to: .path, Located(name, exception.range), builtIn: [Path.direct])
        }
    }
}
