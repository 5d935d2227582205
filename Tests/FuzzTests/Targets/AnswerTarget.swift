import ByteCodec
import DNSWire
import NetworkTypes
import ResolverCore

extension FuzzTarget {
    /// An upstream's answer: a client gets one answer to its own question in its own time, now and from the cache.
    static let answer = FuzzTarget(name: "answer") { bytes in
        var exchange = AnswerExchange(about: bytes)
        try exchange.ask(identifier: 0x1234)
        exchange.upstreamSays(bytes)
        try exchange.expectOneAnswer(identifier: 0x1234)
        exchange.wait(seconds: 1)
        try exchange.ask(identifier: 0x4321)
        try exchange.expectOneAnswer(identifier: 0x4321)
    }
}

/// One client, one resolver and one upstream.
private struct AnswerExchange: ~Copyable {
    private var resolver = Resolver(
        configuration: ResolverConfiguration(
            upstreams: [UpstreamConfiguration(name: "one")], cache: CacheConfiguration(entries: 16)),
        seed: (1, 2), now: MonotonicInstant(nanoseconds: 1))
    private var now = MonotonicInstant(nanoseconds: 1)
    private let question: [UInt8]
    private var attempts: [AttemptIdentifier] = []
    private var answers: [[UInt8]] = []

    /// The question is the message's own, so that the message may be its answer.
    init(about message: [UInt8]) {
        question = AnswerExchange.question(of: message) ?? [3, 0x77, 0x77, 0x77, 0, 0, 1, 0, 1]
    }

    private static func question(of message: [UInt8]) -> [UInt8]? {
        guard let view = try? MessageView(message.span), let asked = try? view.question() else { return nil }
        var question = OwnedName(asked.name).wire
        question.appendBigEndian(asked.type.rawValue)
        question.appendBigEndian(RecordClass.internet.rawValue)
        return question
    }

    mutating func ask(identifier: UInt16) throws {
        var query: [UInt8] = []
        query.appendBigEndian(identifier)
        query += [1, 0, 0, 1, 0, 0, 0, 0, 0, 1] + question + [0, 0, 41, 0xFF, 0xFF, 0, 0, 0x80, 0, 0, 0]
        let peer = Endpoint(address: .v4(IPv4Address(bits: 0x7F00_0001)), port: 4_000)
        var storage = [UInt8](repeating: 0, count: Resolver.maximumMessageSize)
        var span = storage.mutableSpan
        let client = Client(transport: .stream, stream: 1, peer: peer)
        switch resolver.receive(query.span, from: client, now: now, response: &span) {
        case .answered(let count): answers.append(Array(storage[..<count]))
        case .pending: break
        case .ignored: throw FuzzFinding(description: "a query is ignored")
        }
        collect()
    }

    mutating func upstreamSays(_ message: [UInt8]) {
        while let attempt = attempts.popLast() {
            resolver.upstreamAnswered(attempt, message: message.span, now: now)
            collect()
            if attempts.count > 8 { return }
        }
    }

    mutating func wait(seconds: UInt64) { now = now.advanced(byNanoseconds: seconds * 1_000_000_000) }

    /// Lets time pass until there is nothing left to wait for.
    mutating func expectOneAnswer(identifier: UInt16) throws {
        for _ in 0..<1_000 {
            guard answers.isEmpty, let deadline = resolver.deadline else { break }
            now = max(now, deadline)
            resolver.deadlineReached(now: now)
            collect()
        }
        try hold(answers.count == 1, "\(answers.count) answers to one question")
        let answer = answers.removeFirst()
        try hold(answer.span.bigEndianUInt16(at: 0) == identifier, "the answer has another id")
        try hold(answer.count >= 12 + question.count, "the answer is too short")
        try hold(Array(answer[12..<12 + question.count]) == question, "the answer is to another question")
        try hold(ValidMessage(answer) != nil, "the answer is not valid: \(answer)")
    }

    private mutating func collect() {
        var storage = [UInt8](repeating: 0, count: Resolver.maximumMessageSize)
        while true {
            var span = storage.mutableSpan
            switch resolver.nextEffect(into: &span) {
            case .answer(_, let count): answers.append(Array(storage[..<count]))
            case .forward(let attempt, _, _, _): attempts.append(attempt)
            case .abandon: continue
            case nil: return
            }
        }
    }
}
