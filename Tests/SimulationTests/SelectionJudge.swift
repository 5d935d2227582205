import NetworkTypes
import ResolverCore

/// Watches which upstream hears of which names, where the profile promises something about that.
struct SelectionJudge {
    private struct Choice: Hashable {
        let domain: String
        let between: [Int]
    }

    /// Milliseconds after the last fault of an upstream, or the last moment at which it could not be reached, until it is
    /// asked again by all whose names are its own: eight seconds of avoidance at most, and what it takes to be found.
    static let memory: UInt64 = 12_000

    let selection: UpstreamSelection
    /// Of two upstreams that both could be asked, the one that was, by registrable domain.
    private var preferred: [Choice: Int] = [:]
    /// How many domains each upstream was seen to be preferred for.
    private(set) var shares: [Int: Set<String>] = [:]
    /// Names that were heard while others could have been asked.
    private(set) var judged = 0

    init(_ selection: UpstreamSelection) { self.selection = selection }

    /// An upstream hears of a name; `others` could have been asked as well. What is wrong with that.
    mutating func heard(_ name: String, at upstream: Int, others: [Int]) -> String? {
        if !others.isEmpty { judged += 1 }
        switch selection {
        case .fastest: return nil
        case .ordered:
            guard let first = others.min(), first < upstream else { return nil }
            return "upstream \(upstream) hears of \(name), and \(first) comes first"
        case .sharded: return judge(SelectionJudge.domain(of: name), at: upstream, others)
        }
    }

    private mutating func judge(_ domain: String, at upstream: Int, _ others: [Int]) -> String? {
        for other in others {
            let choice = Choice(domain: domain, between: [min(upstream, other), max(upstream, other)])
            guard preferred[choice, default: upstream] == upstream else {
                return "upstream \(upstream) hears of \(domain), which is for \(other)"
            }
            preferred[choice] = upstream
            shares[upstream, default: []].insert(domain)
        }
        return nil
    }

    /// Of names such as `n7.z3.org.`: two labels.
    private static func domain(of name: String) -> String {
        name.split(separator: ".").suffix(2).joined(separator: ".")
    }
}
