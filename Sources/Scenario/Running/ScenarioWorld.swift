internal import DNSWire
internal import NetworkTypes
internal import ResolverCore

/// A resolver with everything around it: clients, queries that wait at upstreams, answers on their way, the clock.
struct ScenarioWorld: ~Copyable {
    /// A query at an upstream.
    private struct Outgoing {
        let attempt: AttemptIdentifier
        let upstream: Int
        let contents: MessageContents
        var isChecked = false
        var isAnswered = false
    }

    private struct Reply {
        let at: MonotonicInstant
        let attempt: AttemptIdentifier
        let bytes: [UInt8]
    }

    private(set) var now: MonotonicInstant
    private let upstreams: ScenarioUpstreams
    private var resolver: Resolver
    private var step = 0
    private var next: ScenarioStep?
    private var queries: UInt16 = 0
    private var outgoing: [Outgoing] = []
    private var replies: [Reply] = []
    private var answers: [MessageContents] = []

    init(_ file: ScenarioFile, now: MonotonicInstant) {
        upstreams = ScenarioUpstreams(file)
        let names = upstreams.names
        let configuration = ResolverConfiguration(
            upstreams: names.map { UpstreamConfiguration(name: $0) },
            views: file.views.map { ViewConfiguration(identifier: $0, upstreams: Array(names.indices)) },
            cache: file.configuration.cache,
            rebinding: file.configuration.rebinding)
        resolver = Resolver(configuration: configuration, seed: (0x5CE2, 0xA210), now: now)
        self.now = now
    }

    /// Begins a step. `next` is the one behind it.
    mutating func enter(_ step: Int, before next: ScenarioStep?) {
        self.step = step
        self.next = next
    }

    /// When something happens without anybody's doing.
    var deadline: MonotonicInstant? {
        let times = [replies.first?.at, resolver.deadline].compactMap { $0 }
        return times.min()
    }
}

/// Clients.
extension ScenarioWorld {
    mutating func ask(_ entry: ScenarioEntry, from address: IPAddress, view: UInt16) {
        queries += 1
        let query = entry.message(id: queries)
        let transport: Client.Transport = entry.match.transport == .datagram ? .datagram : .stream
        let client = Client(
            transport: transport, view: view, stream: transport == .stream ? UInt64(queries) : 0,
            peer: Endpoint(address: address, port: queries))
        var response = [UInt8](repeating: 0, count: Resolver.maximumMessageSize)
        var span = response.mutableSpan
        if case .answered(let count) = resolver.receive(query.span, from: client, now: now, response: &span) {
            keep(Array(response[..<count]))
        }
        settle()
    }

    var hasAnswer: Bool { !answers.isEmpty }

    /// Takes the first answer that is as it should be.
    mutating func takeAnswer(where matches: (MessageContents) -> Bool) -> Bool {
        guard let index = answers.firstIndex(where: matches) else { return false }
        answers.remove(at: index)
        return true
    }

    /// To show what came instead.
    func likeliestAnswer(to expected: MessageContents) -> MessageContents? {
        answers.first { $0.questions.first?.name == expected.questions.first?.name } ?? answers.first
    }

    /// What the resolver writes can be read: anything else is a mistake of the resolver.
    private mutating func keep(_ bytes: [UInt8]) {
        guard let contents = try? MessageContents(bytes) else { preconditionFailure("the answer is no message") }
        answers.append(contents)
    }
}

/// Upstreams.
extension ScenarioWorld {
    var lastOutgoing: MessageContents? { outgoing.last?.contents }

    /// Whether such a query has gone out since it was asked last.
    mutating func checkOutgoing(at address: String?, _ matches: (MessageContents) -> Bool) -> Bool {
        let index = outgoing.firstIndex {
            !$0.isChecked && upstreams.isAt(address, $0.upstream) && matches($0.contents)
        }
        guard let index else { return false }
        outgoing[index].isChecked = true
        settle()
        return true
    }

    mutating func reply(
        _ entry: ScenarioEntry, at address: String?, _ matches: (MessageContents) -> Bool
    ) -> Bool {
        let index = outgoing.firstIndex {
            !$0.isAnswered && upstreams.isAt(address, $0.upstream) && matches($0.contents)
        }
        guard let index else { return false }
        answer(index, entry)
        settle()
        return true
    }

    /// For answers that are no messages.
    mutating func replyToOldest(_ entry: ScenarioEntry) {
        guard let index = outgoing.firstIndex(where: { !$0.isAnswered }) else { return }
        answer(index, entry)
        settle()
    }

    /// The oldest query there gets no answer: time passes until the resolver sees that.
    mutating func timeOut(at address: String?) {
        if let index = awaitOutgoing(at: address) { outgoing[index].isAnswered = true }
        if let deadline = resolver.deadline { pass(nanoseconds: deadline.nanoseconds(since: now)) }
    }

    mutating func breakConnection(at address: String?) {
        guard let index = awaitOutgoing(at: address) else { return }
        outgoing[index].isAnswered = true
        resolver.upstreamFailed(outgoing[index].attempt, .closed, now: now)
        settle()
    }

    /// The oldest query that waits; the resolver may have to wait itself before it asks again.
    private mutating func awaitOutgoing(at address: String?) -> Int? {
        while true {
            let index = outgoing.firstIndex { !$0.isAnswered && upstreams.isAt(address, $0.upstream) }
            if let index { return index }
            guard resolver.deadline != nil, advance(until: .distantFuture) else { return nil }
        }
    }

    private mutating func answer(_ index: Int, _ entry: ScenarioEntry) {
        outgoing[index].isAnswered = true
        guard !entry.adjustment.isSilent else { return }
        let delay = UInt64((entry.adjustment.delay * 1e9).rounded())
        let reply = Reply(
            at: now.advanced(byNanoseconds: delay), attempt: outgoing[index].attempt,
            bytes: entry.message(answering: outgoing[index].contents))
        guard delay > 0 else {
            resolver.upstreamAnswered(reply.attempt, message: reply.bytes.span, now: now)
            return
        }
        let place = replies.firstIndex { $0.at > reply.at } ?? replies.endIndex
        replies.insert(reply, at: place)
    }
}

/// Time.
extension ScenarioWorld {
    /// Lets everything happen that happens at once.
    mutating func settle() {
        takeEffects()
        while let (index, entry) = nextAutomaticAnswer() {
            answer(index, entry)
            takeEffects()
        }
    }

    mutating func pass(nanoseconds: UInt64) {
        let end = now.advanced(byNanoseconds: nanoseconds)
        while advance(until: end) {}
        now = max(now, end)
    }

    /// Goes to the next moment at which something happens by itself; false when there is none until `end`.
    mutating func advance(until end: MonotonicInstant) -> Bool {
        guard let moment = deadline, moment <= end else { return false }
        now = max(now, moment)
        while let reply = replies.first, reply.at <= now {
            replies.removeFirst()
            resolver.upstreamAnswered(reply.attempt, message: reply.bytes.span, now: now)
        }
        if let deadline = resolver.deadline, deadline <= now { resolver.deadlineReached(now: now) }
        settle()
        return true
    }

    mutating func flush(_ name: OwnedName) {
        _ = resolver.flush(name: name.wire.span, subtree: false)
    }

    mutating func changeNetwork() {
        resolver.networkChanged(now: now)
        settle()
    }

    private mutating func takeEffects() {
        var buffer = [UInt8](repeating: 0, count: Resolver.maximumMessageSize)
        while let effect = nextEffect(into: &buffer) {
            switch effect {
            case .answer(_, let count): keep(Array(buffer[..<count]))
            case .forward(let attempt, let upstream, let count, _):
                guard let contents = try? MessageContents(Array(buffer[..<count])) else {
                    preconditionFailure("the query is no message")
                }
                outgoing.append(Outgoing(attempt: attempt, upstream: upstream, contents: contents))
            case .abandon(let attempt, _):
                if let index = outgoing.firstIndex(where: { $0.attempt == attempt }) {
                    outgoing[index].isAnswered = true
                }
            }
        }
    }

    private mutating func nextEffect(into buffer: inout [UInt8]) -> Effect? {
        var span = buffer.mutableSpan
        return resolver.nextEffect(into: &span)
    }

    /// The first query that a range answers, unless the next step is about it.
    private func nextAutomaticAnswer() -> (Int, ScenarioEntry)? {
        for (index, query) in outgoing.enumerated() where !query.isAnswered && !isAwaited(query) {
            let entry = upstreams.entry(for: query.contents, at: query.upstream, step: step, next: next?.number)
            if let entry { return (index, entry) }
        }
        return nil
    }

    /// Whether the next step checks that query, or answers it.
    private func isAwaited(_ query: Outgoing) -> Bool {
        let entry: ScenarioEntry
        switch next?.action {
        case .checkOutgoingQuery(let expected, let address) where upstreams.isAt(address, query.upstream):
            guard !query.isChecked else { return false }
            entry = expected
        case .reply(let reply, let address) where upstreams.isAt(address, query.upstream): entry = reply
        default: return false
        }
        guard let expected = try? MessageContents(entry.message()) else { return true }
        return MessageComparison(rules: entry.match, expected: expected).matches(query.contents)
    }
}
