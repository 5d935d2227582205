internal import Bundle
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore

/// All workers of the daemon. The first turns on the service's own thread, and watches its descriptors; the others have
/// threads of their own. The kernel gives each the questions for some of the names.
struct WorkerCrew: ~Copyable {
    static let maximumWorkers = NameSteering.maximumSockets

    /// The service watches its own descriptors here.
    var first: Worker
    /// How many there are, or will be after ``start(_:)``.
    let count: Int
    private var others: [WorkerThread] = []
    /// Readable when one of the others has news.
    let newsArrived: SharedWakeUp
    /// Bound for the others before they are started.
    private var waitingSockets: [(worker: Int, socket: ListeningSocket)] = []
    private var news = WorkerMailbox.News()

    init(
        _ adoption: BundleAdoption, count: Int, timeOfDay: TimeOfDay, now: MonotonicInstant
    ) throws(SystemError) {
        precondition((1...WorkerCrew.maximumWorkers).contains(count), "a crew has some workers")
        let newsArrived = try SharedWakeUp()
        first = try Worker(adoption.shared(by: count), timeOfDay, now: now)
        self.newsArrived = newsArrived
        self.count = count
    }

    /// Starts the other workers. What a thread may do is decided before: it has the rights of the one that starts it. Each
    /// begins with its part of `handover`, and then listens.
    mutating func start(_ accepted: AcceptedBundle, takingOver handover: HandoverFile?) throws(SystemError) {
        for _ in 1..<count {
            others.append(try WorkerThread(share(of: accepted), newsArrived: newsArrived))
        }
        if let handover { takeOver(handover) }
        for (worker, socket) in waitingSockets { try hand(socket, to: worker) }
        waitingSockets = []
    }

    private mutating func takeOver(_ handover: HandoverFile) {
        let count = count
        for (index, other) in others.enumerated() {
            other.post { $0.begin(Takeover(handover, worker: index + 1, of: count)) }
        }
        first.begin(Takeover(handover, worker: 0, of: count))
        news.notices += first.takeNotices()
    }

    /// Lets each connect to an upstream, before anybody asks.
    mutating func connectAhead() { _ = each { $0.connectAhead(now: MonotonicClock.now) } }

    /// What `body` answers for each, the first one first.
    mutating func each<Value: Sendable>(_ body: @escaping @Sendable (inout Worker) -> Value) -> [Value] {
        [body(&first)] + others.map { $0.perform(body) }
    }

    /// The same for the one that gets the questions for `name`, which is in wire form.
    mutating func owner<Value: Sendable>(
        of name: [UInt8], _ body: @escaping @Sendable (inout Worker) -> Value
    ) -> Value {
        let index = NameSteering.index(of: name.span, among: count)
        return index == 0 ? body(&first) : others[index - 1].perform(body)
    }

    /// What all have counted, together.
    mutating func report() -> WorkerReport {
        let reports = each { WorkerReport($0) }
        return reports.dropFirst().reduce(into: reports[0]) { $0.add($1) }
    }

    /// How each worker sees the upstreams, those in the order of the bundle in force.
    mutating func upstreamReports() -> [[UpstreamReport]] { each { $0.upstreamReports } }

    /// Puts another bundle in force everywhere. Caches stay.
    mutating func reconfigure(_ accepted: AcceptedBundle, now: MonotonicInstant) {
        first.reconfigure(accepted.adoption.shared(by: count), now: now)
        let share = share(of: accepted)
        for other in others { other.perform { $0.reconfigure(share.adoption(), now: now) } }
    }

    private func share(of accepted: AcceptedBundle) -> WorkerShare {
        WorkerShare(
            accepted.bundle, workerCount: count, shardKey: accepted.adoption.shardKey, timeOfDay: first.timeOfDay)
    }

    mutating func turn(until limit: MonotonicInstant?) throws(SystemError) {
        try first.turn(until: limit)
        news.notices += first.takeNotices()
        news.answers += first.takeControlAnswers()
    }

    /// Collects what the others have to tell.
    mutating func collectNews() {
        newsArrived.value.acknowledge()
        for other in others {
            let told = other.takeNews()
            news.notices += told.notices
            news.answers += told.answers
        }
    }

    /// Where the upstreams are, in the order of the bundle in force.
    var upstreamEndpoints: [Endpoint] { first.transports.flatMap(\.plan.endpoints) }

    mutating func takeNotices() -> [WorkerNotice] {
        defer { news.notices = [] }
        return news.notices
    }

    mutating func takeControlAnswers() -> [ControlAnswer] {
        news.answers += first.takeControlAnswers()
        defer { news.answers = [] }
        return news.answers
    }

    // MARK: - Sockets

    /// Gives a socket to a worker, now or once it has started.
    mutating func hand(_ socket: ListeningSocket, to worker: Int) throws(SystemError) {
        if worker == 0 { return try first.listen(on: socket) }
        guard worker <= others.count else { return waitingSockets.append((worker, socket)) }
        let failure = others[worker - 1].perform { worker -> SystemError? in
            do throws(SystemError) { try worker.listen(on: socket) } catch { return error }
            return nil
        }
        if let failure { throw failure }
    }

    /// Where clients can ask, as bound; each worker has a socket for all of them, or the first alone.
    var endpoints: [Endpoint] { first.endpoints }

    mutating func retireListeners(except kept: Set<Endpoint>, now: MonotonicInstant) {
        _ = each { $0.retireListeners(except: kept, now: now) }
    }

    // MARK: - Ends

    /// Whether every query that came has been answered; asked after all listeners were retired.
    var isDrained: Bool { first.isDrained && others.allSatisfy(\.isDrained) }

    /// Says goodbye to all clients and upstreams.
    mutating func shutDown(now: MonotonicInstant) {
        others = []
        first.shutDown(now: now)
    }
}
