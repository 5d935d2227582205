/// Which upstreams have answered in one turn of a worker: tells who a control query's answer came from, unless
/// several answered at once.
enum AnswerSource {
    case none
    case one(UpstreamTransport)
    case several

    mutating func note(_ transport: UpstreamTransport) {
        switch self {
        case .none: self = .one(transport)
        case .one(let known) where known === transport: break
        case .one, .several: self = .several
        }
    }

    /// The profile's name of the only one.
    var name: String? {
        if case .one(let transport) = self { transport.plan.name } else { nil }
    }
}
