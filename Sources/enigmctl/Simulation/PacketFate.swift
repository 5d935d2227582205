internal import PolicyCompiler
internal import ProfileMeaning
internal import ProfileModel
internal import Ruleset

/// What becomes of a packet, in the words of a profile's tests.
enum PacketFate: Hashable {
    case stub
    case via(String)
    case reject
    case drop
    case staysLocal
    case essential

    init(_ expectation: Expectation) {
        switch expectation {
        case .stub: self = .stub
        case .reject: self = .reject
        case .drop: self = .drop
        case .via(let path): self = .via(path)
        case .local: self = .staysLocal
        }
    }

    init(_ verdict: ProfileVerdict, answer: BlockedTraffic.Answer) {
        switch verdict.fate {
        case .stub: self = .stub
        case .via(let path): self = .via(path)
        case .local: self = .staysLocal
        case .essential: self = .essential
        // The kernel has no flow to judge, and says nothing.
        case .blocked where verdict.reason == .noConversation: self = .drop
        // What arrives for this machine is not answered.
        case .blocked where verdict.reason == .closedToContainers: self = .drop
        case .blocked: self = answer == .reject ? .reject : .drop
        }
    }

    init(_ outcome: PacketEvaluator.Outcome, plan: EnforcementPlan) {
        switch outcome.fate {
        case .rejected: self = .reject
        case .dropped: self = .drop
        case .accepted where outcome.path == .captured: self = .stub
        case .accepted:
            if let path = plan.paths.first(where: { $0.number == outcome.path }) {
                self = .via(path.name)
            } else {
                self = outcome.packet.isDestinationLocal ? .staysLocal : .essential
            }
        }
    }
}

extension PacketFate: CustomStringConvertible {
    var description: String {
        switch self {
        case .stub: "stub"
        case .via(let path): "via \(path)"
        case .reject: "reject"
        case .drop: "drop"
        case .staysLocal: "local"
        case .essential: "essential to the link"
        }
    }
}
