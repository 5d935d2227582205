internal import ProfileModel

/// How strict the outcomes of a profile are, as its author ordered them: nothing leaves, then its paths from the first
/// to the last, then those it does not know, then `direct`.
struct Strictness {
    private let ranks: [String: Int]

    init(of profile: Profile) {
        let names = profile.paths.map(\.name.value).filter { $0 != Path.direct }
        ranks = Dictionary(names.enumerated().map { ($1, $0 + 1) }, uniquingKeysWith: { first, _ in first })
    }

    /// Less is stricter.
    func rank(_ action: Outcome.Action) -> Int {
        switch action {
        case .block: 0
        case .via(let path): rank(path.value)
        }
    }

    func rank(_ path: String) -> Int { path == Path.direct ? Int.max : ranks[path] ?? Int.max - 1 }

    /// Whether the first allows no more than the second.
    func isWithin(_ first: Outcome.Action, _ second: Outcome.Action) -> Bool { rank(first) <= rank(second) }
}

extension Outcome.Action {
    /// As a profile has it.
    var written: String {
        switch self {
        case .block: "`block`"
        case .via(let path): "`\(path.value)`"
        }
    }
}
