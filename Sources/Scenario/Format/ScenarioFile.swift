internal import DNSWire
internal import ResolverCore

/// A scenario in the format of the field: what upstreams answer, and what happens step by step.
package struct ScenarioFile {
    package var title = ""
    var configuration = ScenarioConfiguration()
    var ranges: [AnswerRange] = []
    var steps: [ScenarioStep] = []

    package init(_ text: String) throws(ScenarioError) {
        var parser = ScenarioParser(text)
        self = try parser.parse()
    }

    init() {}

    /// Whether some answer is expected to say that recursion is available. Scenarios that were written for a cache
    /// inside of a client leave that to its upstream, and expect it nowhere.
    var expectsRecursionAvailable: Bool {
        steps.contains { step in
            if case .checkAnswer(let entry) = step.action { return entry.flags.recursionAvailable }
            return false
        }
    }
}

/// What upstreams answer during some steps.
struct AnswerRange {
    let steps: ClosedRange<Int>
    /// Whose answers these are; anybody's when there is none.
    var addresses: [String] = []
    var entries: [ScenarioEntry] = []
}

struct ScenarioStep {
    let number: Int
    let line: Int
    let action: Action

    enum Action {
        case query(ScenarioEntry, ScenarioClient)
        case checkAnswer(ScenarioEntry)
        case checkOutgoingQuery(ScenarioEntry, address: String?)
        case reply(ScenarioEntry, address: String?)
        /// The oldest query under way gets no answer in time.
        case timeOut(address: String?)
        /// The connection of the oldest query under way breaks.
        case breakConnection(address: String?)
        case timePasses(ScenarioExpression)
        case assign(String, ScenarioExpression)
        case flush(OwnedName)
        case networkChange
        case nothing
    }
}

extension ScenarioFile {
    /// Everybody's, and those that clients name.
    var views: [UInt16] {
        let named = steps.compactMap { step in
            if case .query(_, let client) = step.action { client.view } else { nil }
        }
        return Set(named).union([0]).sorted()
    }
}

/// Who asks.
struct ScenarioClient {
    var address = "127.0.0.1"
    var view: UInt16 = 0
}
