import DNSWire
import ResolverCore
import ResolverTestSupport
import TestSupport

/// How an upstream behaves.
enum SimulatedUpstream {
    /// Answers within 300 ms.
    case good
    /// Everything that happens, in turn.
    case nasty
    /// Refuses connections.
    case dead
    /// Accepts queries and says nothing.
    case silent
    /// Closes the connection after every answer: of the queries under way on it all others are lost.
    case closing

    /// What becomes of one attempt.
    enum Outcome {
        case answer([UInt8])
        case failure(UpstreamFailure)
        case nothing
    }

    /// The outcome of one attempt, and after how many milliseconds it is known.
    func outcome(of query: Reply, _ random: inout SplitMix) -> (Outcome, after: Int) {
        switch self {
        case .good: return (.answer(SimulatedUpstream.truth(query)), random.below(300))
        case .nasty: return nasty(query, &random)
        case .dead: return (.failure(.connectRefused), random.below(3))
        case .silent: return (.nothing, 0)
        case .closing:
            let isLost = random.oneIn(2)
            return (isLost ? .failure(.closedOnReuse) : .answer(SimulatedUpstream.truth(query)), random.below(50))
        }
    }

    private func nasty(_ query: Reply, _ random: inout SplitMix) -> (Outcome, after: Int) {
        let name = String(query.question.dropLast())
        switch random.below(14) {
        case 0: return (.nothing, 0)
        case 1: return (.failure(.closedOnReuse), random.below(100))
        case 2: return (.failure(.closed), random.below(500))
        case 3: return (.failure(.reset), random.below(2000))
        case 4: return (.answer(response("other.example", .a, [.a("other.example")])), random.below(100))
        case 5: return (.answer((0..<40).map { _ in UInt8(random.below(256)) }), random.below(100))
        case 6: return (.answer(response(name, .a, code: .serverFailure)), random.below(100))
        case 7: return (.answer(SimulatedUpstream.truth(query)), 1000 + random.below(3000))
        case 8:
            let liar = TestRecord.a(SimulatedUpstream.name(random.below(500)), 300, [198, 51, 100, 66])
            return (.answer(SimulatedUpstream.truth(query, with: [liar])), random.below(100))
        default: return (.answer(SimulatedUpstream.truth(query)), random.below(300))
        }
    }

    /// The names that are asked for, of so many registrable domains.
    static func name(_ number: Int) -> String { "n\(number).z\(number % domains).org" }

    static let domains = 40

    /// The one right answer to a question: names `n0`, `n7` ... do not exist.
    static func truth(_ query: Reply, with extra: [TestRecord] = []) -> [UInt8] {
        let name = String(query.question.dropLast())
        guard let number = number(of: name), number % 7 != 0 else {
            let zone = String(name.drop { $0 != "." }.dropFirst())
            return response(name, .a, [.soa(zone, ttl: 60, minimum: 30)], code: .nameError)
        }
        return response(name, .a, extra.filter { $0.owner != name } + [.a(name, UInt32(number % 50), address(number))])
    }

    static func number(of name: String) -> Int? { Int(name.dropFirst().prefix { $0 != "." }) }

    static func address(_ number: Int) -> [UInt8] { [203, 0, 113, UInt8(number % 251)] }
}
