import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import TestSupport
import Testing

/// Clients, a resolver, upstreams, and the events between them in order of time. All that happens follows from the
/// seed.
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
        /// The machine slept meanwhile: nobody can have kept a promise.
        var isExcused = false
    }

    /// When something that was begun is over.
    struct End {
        let at: MonotonicInstant
        let what: SimulatedDay.Happening
        let upstream: Int
    }

    /// A client's patience: what the resolver promises to keep.
    static let budget: UInt64 = 4_000_000_000
    /// After so long an upstream that can be reached again has been found by who asks for it: nanoseconds for a
    /// connection that was begun before to fail, a pause, another connection, and packets that are lost.
    private static let recovery: UInt64 = 6_000_000_000

    let seed: UInt64
    private(set) var resolver: ResolverBox
    var now = MonotonicInstant.zero.advanced(bySeconds: 1000)
    var random: SplitMix
    private let behaviours: [SimulatedUpstream]
    /// With connections; else only the outcome of each attempt is simulated.
    var network: SimulatedNetwork?
    /// Whether a failure is a complaint when an upstream could have been reached.
    var isFailureJudged = false
    private var events: [Event] = []
    /// Those that wait for their answer, by id.
    private var questions: [UInt16: Question] = [:]
    private(set) var asked = 0
    private(set) var answered = 0
    private(set) var failures = 0
    private(set) var stale = 0
    /// Failures while no upstream could be reached, or not for long.
    private(set) var excusedFailures = 0
    /// What went wrong, the first few.
    private var complaints: [String] = []
    private var lastAttempt: UInt64 = 0
    /// What lasts, and until when.
    var ends: [End] = []
    /// Nanoseconds that the machine was suspended: what CLOCK_MONOTONIC has less.
    private var asleep: UInt64 = 0
    /// When the kernel tells that the network has changed.
    private var newsAt: MonotonicInstant?
    private var suspension = SuspensionWatch(now: .zero.advanced(bySeconds: 1000), awake: 1_000_000_000_000)

    /// Without `selection` one that promises nothing about who hears of what, or too little to be watched.
    init(
        seed: UInt64, behaviours: [SimulatedUpstream] = [], servers: [SimulatedServer]? = nil,
        selection: UpstreamSelection? = nil
    ) {
        self.seed = seed
        random = SplitMix(seed: seed)
        self.behaviours = behaviours
        network = servers.map { SimulatedNetwork($0, judge: selection.map { SelectionJudge($0) }) }
        let upstreams = servers?.indices ?? behaviours.indices
        let anySelection: UpstreamSelection = random.oneIn(2) ? .ordered : .fastest
        resolver = ResolverBox(
            ResolverConfiguration(
                upstreams: upstreams.map { UpstreamConfiguration(name: "number-\($0)") },
                selection: selection ?? anySelection,
                sharding: selection == .sharded ? SimulatedWorld.sharding(seed) : nil,
                cache: CacheConfiguration(
                    entries: 100, stale: StaleAnswers(maximumAge: random.oneIn(2) ? 0 : 3600),
                    prefetch: random.oneIn(2))),
            seed: (seed, ~seed), now: now)
    }

    /// Everything below `org` is somebody's.
    private static func sharding(_ seed: UInt64) -> Sharding? {
        guard let org = OwnedName("org"), let suffixes = PublicSuffixTable([org: .suffix]) else { return nil }
        return Sharding(key: (seed, seed ^ 1), suffixes: suffixes)
    }

    var statistics: ResolverStatistics { resolver.core.statistics }

    mutating func run(queries: Int) throws {
        for _ in 0..<queries {
            try ask()
            try pass(milliseconds: random.oneIn(20) ? random.below(1000) : random.below(20))
            if random.oneIn(200) { closeStream() }
            if random.oneIn(500) { try changeNetwork() }
            if network != nil, random.oneIn(300) { try sleep(milliseconds: 3000 + random.below(3_600_000)) }
            if network != nil, random.oneIn(30) { try pass(milliseconds: random.below(40_000)) }
            if random.oneIn(1000) { _ = resolver.core.flush() }
            checkBounds()
        }
        try pass(milliseconds: 40_000)
    }

    /// What must hold in every world. The comment says how to see it again.
    func expectOrder() {
        let replay = Comment("replay with ENIGM_SIMULATION_SEED=\(seed)")
        #expect(complaints.isEmpty, replay)
        #expect(questions.isEmpty, replay)
        #expect(resolver.core.pendingQueryCount == 0 && resolver.core.deadline == nil, replay)
        #expect(resolver.core.upstreams.allSatisfy { $0.queriesUnderWay == 0 }, replay)
        let counts = statistics
        #expect(counts.heldBytes == 0, replay)
        #expect(network?.isQuiet ?? true, replay)
        #expect(
            counts.queries == counts.hits + counts.negativeHits + counts.failureHits + counts.local + counts.misses
                + counts.coalesced + counts.rejected, replay)
    }
}

/// The resolver has no copies.
final class ResolverBox {
    var core: Resolver

    init(_ configuration: ResolverConfiguration, seed: (UInt64, UInt64), now: MonotonicInstant) {
        core = Resolver(configuration: configuration, seed: seed, now: now)
    }
}

extension SimulatedWorld {
    mutating func ask() throws {
        asked += 1
        let id = UInt16(truncatingIfNeeded: asked)
        let number = random.below(random.below(500) + 1)
        let stream = random.oneIn(3) ? UInt64(random.below(10)) + 1 : 0
        if questions[id] != nil { complain("id \(id) still waits") }
        questions[id] = Question(number: number, askedAt: now, stream: stream)
        let client = Client(
            transport: stream == 0 ? .datagram : .stream, stream: stream,
            peer: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: id))
        let name = SimulatedUpstream.name(number)
        let bytes = query(
            random.oneIn(2) ? name : name.uppercased(), .a, id: id, edns: random.oneIn(2) ? 1232 : nil,
            authenticData: random.oneIn(4),
            recursionDesired: !random.oneIn(20))
        var response = [UInt8](repeating: 0, count: Resolver.maximumMessageSize)
        var span = response.mutableSpan
        if case .answered(let count) = resolver.core.receive(bytes.span, from: client, now: now, response: &span) {
            try take(Array(response[..<count]), for: client)
        }
        try takeEffects()
    }

    /// A stream closes; its clients hear nothing more.
    mutating func closeStream() {
        let stream = UInt64(random.below(10)) + 1
        resolver.core.clientClosed(stream: stream)
        questions = questions.filter { $0.value.stream != stream }
    }

    /// The kernel tells of another network as soon as it can; whoever connects before that has to see it.
    mutating func changeNetwork() throws {
        guard network != nil else { return resolver.core.networkChanged(now: now) }
        try network?.move(resolver, &random, now: now)
        let delay = random.oneIn(3) ? 0 : random.below(50)
        newsAt = min(newsAt ?? .distantFuture, now.advanced(byMilliseconds: UInt64(delay)))
        try takeEffects()
    }

    private mutating func hearOfNetwork() throws {
        newsAt = newsAt.flatMap { $0 <= now ? nil : $0 }
        if try network?.hear(resolver, &random, now: now) ?? false {
            resolver.core.networkChanged(now: now)
        } else {
            resolver.core.networkMayWork(now: now)
        }
        try takeEffects()
    }

    /// The machine is suspended: CLOCK_BOOTTIME goes on, CLOCK_MONOTONIC does not, and where that shows, connections are
    /// given up.
    mutating func sleep(milliseconds: Int) throws {
        now = now.advanced(byMilliseconds: UInt64(milliseconds))
        asleep += UInt64(milliseconds) * 1_000_000
        for id in questions.keys { questions[id]?.isExcused = true }
        network?.wake(now: now)
        try noticeSleep()
    }

    private mutating func noticeSleep() throws {
        let awake = now.nanoseconds - asleep
        guard suspension.hasSlept(until: now, awake: awake) else { return }
        try network?.resume(resolver, &random, now: now)
        resolver.core.networkMayWork(now: now)
        try takeEffects()
    }

    mutating func pass(milliseconds: Int) throws {
        let end = now.advanced(byMilliseconds: UInt64(milliseconds))
        while true {
            let event = min(events.first?.at ?? .distantFuture, network?.nextMoment ?? .distantFuture)
            let deadline = resolver.core.deadline ?? .distantFuture
            let news = newsAt ?? .distantFuture
            let next = min(event, deadline, news)
            guard next <= end else { break }
            now = max(now, next)
            try noticeSleep()
            switch next {
            case event: try happen()
            case deadline: resolver.core.deadlineReached(now: now)
            default: try hearOfNetwork()
            }
            try takeEffects()
        }
        now = end
    }

    private mutating func happen() throws {
        guard network == nil else {
            try network?.happen(resolver, &random, now: now)
            return
        }
        let event = events.removeFirst()
        switch event.outcome {
        case .answer(let message): resolver.core.upstreamAnswered(event.attempt, message: message.span, now: now)
        case .failure(let failure): resolver.core.upstreamFailed(event.attempt, failure, now: now)
        case .nothing: break
        }
    }

    mutating func takeEffects() throws {
        var buffer = [UInt8](repeating: 0, count: Resolver.maximumMessageSize)
        while let effect = nextEffect(into: &buffer) {
            switch effect {
            case .answer(let client, let count): try take(Array(buffer[..<count]), for: client)
            case .forward(let attempt, let upstream, let count, let fresh):
                if attempt.rawValue <= lastAttempt { complain("attempt \(attempt) was used twice") }
                lastAttempt = attempt.rawValue
                let query = try Reply(Array(buffer[..<count]))
                guard network == nil else {
                    try network?.forward(
                        attempt, name: query.question.lowercased(), upstream: upstream, fresh: fresh, resolver, &random,
                        now: now)
                    continue
                }
                schedule(attempt, at: upstream, query)
            case .abandon(let attempt, _):
                try network?.abandon(attempt, resolver, &random, now: now)
            }
        }
        if network?.hasNoticedMove ?? false { try hearOfNetwork() }
    }

    private func nextEffect(into buffer: inout [UInt8]) -> Effect? {
        var span = buffer.mutableSpan
        return resolver.core.nextEffect(into: &span)
    }

    /// Lets an upstream decide about what was sent to it.
    private mutating func schedule(_ attempt: AttemptIdentifier, at upstream: Int, _ query: Reply) {
        let (outcome, after) = behaviours[upstream].outcome(of: query, &random)
        if case .nothing = outcome { return }
        let at = now.advanced(byMilliseconds: UInt64(after))
        let place = events.firstIndex { $0.at > at } ?? events.endIndex
        events.insert(Event(at: at, attempt: attempt, outcome: outcome), at: place)
    }
}

extension SimulatedWorld {
    /// One answer for one question, in time, and true.
    private mutating func take(_ message: [UInt8], for client: Client) throws {
        let reply = try Reply(message)
        guard let question = questions.removeValue(forKey: reply.id), client.peer.port == reply.id else {
            return complain("an answer with id \(reply.id) that nobody waits for")
        }
        answered += 1
        let waited = now.nanoseconds(since: question.askedAt)
        if waited > SimulatedWorld.budget, !question.isExcused { complain("id \(reply.id) waited \(waited) ns") }
        if reply.error == .staleAnswer || reply.error == .staleNXDomainAnswer { stale += 1 }
        if question.isExcused, reply.code == .serverFailure { return }
        if isFailureJudged, reply.code == .serverFailure { judgeFailure(reply, waited: waited) }
        if !isRight(reply, question.number) { complain("id \(reply.id) was told \(reply.code) \(reply.records)") }
    }

    /// Nothing is lost that has budget left and an upstream that can be reached. A failure that is told at once is one
    /// that is remembered (RFC 9520), and judged by when it can have been found out.
    private mutating func judgeFailure(_ reply: Reply, waited: UInt64) {
        guard let since = network?.reachableSince, since <= now else {
            excusedFailures += 1
            return
        }
        let hasBudget = waited > 0 && waited < SimulatedWorld.budget
        guard hasBudget || now.nanoseconds(since: since) > SimulatedWorld.recovery else {
            excusedFailures += 1
            return
        }
        complain(
            "id \(reply.id) failed after \(waited / 1_000_000) ms (\(reply.errorText ?? "no reason")), and an upstream could be reached for "
                + "\(now.nanoseconds(since: since) / 1_000_000) ms")
    }

    /// A failure is never wrong; data are the data of that name, and absence is its absence.
    private mutating func isRight(_ reply: Reply, _ number: Int) -> Bool {
        guard reply.question.lowercased() == SimulatedUpstream.name(number) + "." else { return false }
        switch reply.code {
        case .serverFailure:
            failures += 1
            return reply.records.isEmpty
        case .nameError: return number % 7 == 0 && reply.answers.isEmpty
        case .noError: return number % 7 != 0 && reply.answers.map(\.rdata) == [SimulatedUpstream.address(number)]
        default: return false
        }
    }

    mutating func checkBounds() {
        while let complaint = network?.takeComplaint() { complain(complaint) }
        let counts = statistics
        if counts.pendingQueries > 2000 { complain("\(counts.pendingQueries) queries are under way") }
        if counts.cacheEntries > 100 { complain("\(counts.cacheEntries) answers are cached") }
        if counts.cacheBytes > 200_000 { complain("the cache has \(counts.cacheBytes) bytes") }
        if counts.heldBytes > 200_000 { complain("\(counts.heldBytes) bytes are held") }
        let underWay = resolver.core.upstreams.reduce(0) { $0 + $1.queriesUnderWay }
        if underWay > 24 * Int(counts.pendingQueries) { complain("\(underWay) attempts are under way") }
    }

    mutating func complain(_ what: String) {
        if complaints.count < 10 { complaints.append("\(now.nanoseconds): \(what)") }
    }
}
