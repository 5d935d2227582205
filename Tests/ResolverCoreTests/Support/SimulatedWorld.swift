import DNSWire
import NetworkTypes
import ResolverCore
import Testing

/// Clients, a resolver, upstreams, and the events between them in order of time.
struct SimulatedWorld {
    private struct Event {
        let at: MonotonicInstant
        let attempt: AttemptIdentifier
        let outcome: SimulatedUpstream.Outcome
    }

    private struct Question {
        let number: Int
        let askedAt: MonotonicInstant
        let stream: UInt64
        var answers = 0
        var isDeaf = false
    }

    let bench: Bench
    private var random: SplitMix
    private let behaviours: [SimulatedUpstream]
    private var events: [Event] = []
    private var questions: [UInt16: Question] = [:]
    private(set) var answered = 0
    private(set) var failures = 0
    private var late = 0
    private var wrong = 0
    private var unasked = 0
    private var maximumPending = 0

    init(seed: UInt64, behaviours: [SimulatedUpstream]) {
        random = SplitMix(seed: seed)
        self.behaviours = behaviours
        bench = Bench(
            upstreams: behaviours.indices.map { "number-\($0)" }, selection: random.oneIn(2) ? .ordered : .fastest,
            cache: CacheConfiguration(entries: 100))
    }

    mutating func run(queries: Int) throws {
        for id in 0..<queries {
            try ask(UInt16(id))
            try pass(milliseconds: random.oneIn(20) ? random.below(1000) : random.below(20))
            if random.oneIn(200) { closeStream() }
            if random.oneIn(500) { bench.resolver.networkChanged(now: bench.now) }
            maximumPending = max(maximumPending, bench.resolver.pendingQueryCount)
        }
        try pass(milliseconds: 10_000)
    }

    /// What must hold in every world.
    func expectOrder(_ comment: Comment) {
        #expect(questions.values.allSatisfy { $0.answers == 1 || $0.isDeaf && $0.answers == 0 }, comment)
        #expect(late == 0 && wrong == 0 && unasked == 0, comment)
        #expect(bench.resolver.pendingQueryCount == 0, comment)
        #expect(bench.resolver.deadline == nil, comment)
        #expect(bench.resolver.upstreams.allSatisfy { $0.queriesUnderWay == 0 }, comment)
        #expect(maximumPending <= 8192, comment)
        let counts = bench.resolver.statistics
        #expect(counts.heldBytes == 0, comment)
        #expect(
            counts.queries == counts.hits + counts.negativeHits + counts.failureHits + counts.local + counts.misses
                + counts.coalesced + counts.rejected, comment)
    }

    private mutating func ask(_ id: UInt16) throws {
        let number = random.below(random.below(500) + 1)
        let stream = random.oneIn(3) ? UInt64(random.below(10)) + 1 : 0
        let client = Bench.client(id, stream == 0 ? .datagram : .stream, stream: stream)
        questions[id] = Question(number: number, askedAt: bench.now, stream: stream)
        let name = random.oneIn(2) ? "n\(number).example.org" : "N\(number).eXample.ORG"
        if let reply = try bench.receive(query(name, .a, id: id, edns: random.oneIn(2) ? 1232 : nil), from: client) {
            count(reply, client)
        }
        schedule()
    }

    /// A stream closes; its clients hear nothing more.
    private mutating func closeStream() {
        let stream = UInt64(random.below(10)) + 1
        bench.resolver.clientClosed(stream: stream)
        for (id, question) in questions where question.stream == stream && question.answers == 0 {
            questions[id]?.isDeaf = true
        }
    }

    private mutating func pass(milliseconds: Int) throws {
        let end = bench.now.advanced(byMilliseconds: UInt64(milliseconds))
        while true {
            let event = events.first?.at ?? .distantFuture
            let deadline = bench.resolver.deadline ?? .distantFuture
            guard min(event, deadline) <= end else { break }
            bench.now = max(bench.now, min(event, deadline))
            if event <= deadline {
                try happen(events.removeFirst())
            } else {
                bench.resolver.deadlineReached(now: bench.now)
                try bench.takeEffects()
            }
            schedule()
        }
        bench.now = end
    }

    private func happen(_ event: Event) throws {
        switch event.outcome {
        case .answer(let message): try bench.answer(message, to: event.attempt)
        case .failure(let failure): try bench.fail(failure, event.attempt)
        case .nothing: break
        }
    }

    /// Lets upstreams decide about what was sent to them, and counts what clients were told.
    private mutating func schedule() {
        for sent in bench.sent {
            let (outcome, after) = behaviours[sent.upstream].outcome(of: sent.query, &random)
            if case .nothing = outcome { continue }
            let at = bench.now.advanced(byMilliseconds: UInt64(after))
            let place = events.firstIndex { $0.at > at } ?? events.endIndex
            events.insert(Event(at: at, attempt: sent.attempt, outcome: outcome), at: place)
        }
        bench.sent = []
        for (client, reply) in bench.answers { count(reply, client) }
        bench.answers = []
        bench.abandoned = []
    }

    private mutating func count(_ reply: Reply, _ client: Client) {
        guard let question = questions[reply.id], client.peer.port == reply.id, !question.isDeaf else {
            unasked += 1
            return
        }
        questions[reply.id]?.answers += 1
        answered += 1
        if bench.now.nanoseconds(since: question.askedAt) > 4_000_000_000 { late += 1 }
        if !isRight(reply, question.number) { wrong += 1 }
    }

    /// A failure is never wrong; data are the data of that name, and absence is its absence.
    private mutating func isRight(_ reply: Reply, _ number: Int) -> Bool {
        guard reply.question.lowercased() == "n\(number).example.org." else { return false }
        switch reply.code {
        case .serverFailure:
            failures += 1
            return reply.records.isEmpty
        case .nameError: return number % 7 == 0 && reply.answers.isEmpty
        case .noError: return number % 7 != 0 && reply.answers.map(\.rdata) == [SimulatedUpstream.address(number)]
        default: return false
        }
    }
}
