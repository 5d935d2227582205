internal import ProfileModel

/// The entries of `resolver.filters`.
enum FilterGrammar {
    static let lists = Key(
        "lists", Form<[Located<String>]>.list(of: .file, minimum: 1), isMandatory: true,
        child: .narrower("these and more"), example: "[lists/ads.txt]",
        help: "files with names, relative to the profile")
    static let answer = Key(
        "answer", Form<Located<Filter.Answer>>.choice(), child: .free, example: "nxdomain",
        help: "what is answered for names on them"
    )
    static let except = Key(
        "except", Form<[Located<NamePattern>]>.list(of: .namePattern), child: .narrower("some of them"),
        example: "[cdn.example.net]",
        help: "names that are not blocked though they are on a list")

    static let table = Form<[Filter]>.table(of: form, declares: .filter)

    private static let form = Form<Filter>.record(
        "a filter", [lists.erased, answer.erased, except.erased]
    ) { fields, _ in
        fields[lists].map {
            Filter(
                name: fields.key, lists: $0, answer: fields[answer] ?? Located(.nxdomain, fields.key.range),
                except: fields[except] ?? [])
        }
    }
}
