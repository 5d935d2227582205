internal import Bundle
internal import Cryptography
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore
internal import ServiceHost
internal import Varlink

/// A running daemon: its workers, the control socket, signals, the service manager.
struct ResolverService: ~Copyable {
    /// Seconds to answer what is pending after SIGTERM: longer than any query's deadline.
    static let drainSeconds: UInt64 = 6

    private enum Watched {
        static let signals: UInt64 = 1
        static let control: UInt64 = 2
        static let network: UInt64 = 3
        static let workers: UInt64 = 4
    }

    private var source: ResolverSource
    private let plan: ListenerPlan
    private let log: ServiceLog
    private var notifier: ServiceNotifier
    private let lock: FileLock
    private let signals: SignalSource
    private let network: NetworkMonitor
    private var crew: WorkerCrew
    private var upstreamNews = UpstreamNews()
    private var takeoverNews: TakeoverNews
    private var control: ResolverControl
    private var status: ServiceStatus
    private var hidden: HiddenListeners
    private var drainDeadline: MonotonicInstant?
    private var nextWatchdog: MonotonicInstant?

    /// Makes directories, takes the lock, opens every socket, and only then gives up all rights.
    init(
        _ options: ServiceOptions, source: ResolverSource, accepted: AcceptedBundle, log: ServiceLog
    ) throws(ServiceFailure) {
        let now = MonotonicClock.now
        let lock = try ServiceFailure.ofHost { () throws(HostFailure) in
            try ServiceDirectories.prepare(options.common)
            return try ServiceDirectories.lock(options.common, program: ResolverDaemon.program)
        }
        let signals = try ServiceFailure.ofSystem { () throws(SystemError) in
            try SignalSource([.hangUp, .interrupt, .terminate])
        }
        var activated = ActivatedSockets()
        var notifier = ServiceNotifier()
        let handover = CacheHandover.take(from: &activated, by: &notifier, log) {
            HandoverTerms(bundle: accepted.digest, upstreams: accepted.adoption.upstreams.flatMap(\.endpoints))
        }
        let activation = SocketActivation(&activated)
        let plan = ListenerPlan(options, isActivated: !activation.isEmpty)
        var crew = try ServiceFailure.ofSystem { () throws(SystemError) in
            try WorkerCrew(accepted.adoption, count: options.workers, now: now)
        }
        try ServiceFailure.ofSystem { () throws(SystemError) in try activation.deal(to: &crew) }
        try ResolverService.open(plan.endpoints(for: accepted), for: &crew)
        var hidden = HiddenListeners()
        hidden.open(plan.hiddenEndpoints(for: accepted), for: &crew)
        let control = try ResolverControl(runtimeDirectory: options.common.runtimeDirectory)
        let network = try ServiceFailure.ofSystem { () throws(SystemError) in try NetworkMonitor() }
        do {
            try crew.first.watch(network.descriptor, number: Watched.network, for: .readable)
            try crew.first.watch(signals.descriptor, number: Watched.signals, for: .readable)
            try crew.first.watch(crew.newsArrived.value.descriptor, number: Watched.workers, for: .readable)
            try control.watch(in: &crew.first, number: Watched.control)
            try Lockdown.apply()
            try crew.start(accepted.bundle, takingOver: handover)
            // The handshake is under way while what is in force is put on the disk.
            crew.connectAhead()
            try crew.turn(until: MonotonicClock.now)
        } catch {
            throw .system(error)
        }
        var source = source
        try source.confirm(accepted)
        status = ServiceStatus(accepted, bundlePath: options.common.bundlePath, hidden.failures, now: now)
        self.hidden = hidden
        self.source = source
        self.log = log
        self.notifier = notifier
        takeoverNews = TakeoverNews(workers: options.workers)
        self.plan = plan
        self.lock = lock
        self.signals = signals
        self.network = network
        self.crew = crew
        self.control = control
    }

    /// Serves until a signal ends it.
    mutating func serve() throws(ServiceFailure) {
        announceStart()
        do {
            try takeEvents(now: MonotonicClock.now)
            while !isFinished(now: MonotonicClock.now) {
                try crew.turn(until: nextDeadline)
                try takeEvents(now: MonotonicClock.now)
            }
        } catch {
            throw .system(error)
        }
        let keepsCache = storeCache(now: MonotonicClock.now)
        crew.shutDown(now: MonotonicClock.now)
        log.write(.info, keepsCache ? "stopped; the service manager has the cache" : "stopped")
    }

    private var nextDeadline: MonotonicInstant? {
        earliest(drainDeadline, earliest(nextWatchdog, notifier.deadline))
    }

    private mutating func takeEvents(now: MonotonicInstant) throws(SystemError) {
        for event in crew.first.takeServiceEvents() {
            switch event.number {
            case Watched.signals: takeSignals(now: now)
            case Watched.control: control.accept(&crew, now: now)
            case Watched.network: if network.takeNews() { _ = crew.each { $0.networkChanged(now: now) } }
            case Watched.workers: crew.collectNews()
            default: control.serve(event, &crew, now: now)
            }
        }
        takeControlRequests(now: now)
        for notice in crew.takeNotices() where upstreamNews.isNew(notice) { announce(notice) }
        if let deadline = nextWatchdog, deadline <= now { feedWatchdog(now: now) }
        if let deadline = notifier.deadline, deadline <= now { notifier.deadlineReached(now: now) }
    }

    // MARK: - Signals

    private mutating func takeSignals(now: MonotonicInstant) {
        while let signal = signals.next() {
            switch signal {
            case .hangUp: _ = reload(from: nil, now: now)
            case .interrupt, .terminate: stop(now: now)
            default: break
            }
        }
    }

    /// Takes nothing more and answers what is pending; asked twice, it ends at once.
    private mutating func stop(now: MonotonicInstant) {
        guard drainDeadline == nil else {
            drainDeadline = now
            return
        }
        notifier.notify(.stopping)
        let pending = crew.each { $0.resolver.pendingQueryCount }.reduce(0, +)
        log.write(.info, "stopping: \(pending) queries pending")
        crew.retireListeners(except: [], now: now)
        control.unwatch(in: &crew.first)
        drainDeadline = now.advanced(bySeconds: ResolverService.drainSeconds)
    }

    private func isFinished(now: MonotonicInstant) -> Bool {
        guard let drainDeadline else { return false }
        return crew.isDrained || drainDeadline <= now
    }

    /// Leaves the cache to the next process, unless the network has just become another one.
    private mutating func storeCache(now: MonotonicInstant) -> Bool {
        if network.takeNews() { _ = crew.each { $0.networkChanged(now: now) } }
        let terms = HandoverTerms(bundle: status.digest, upstreams: crew.upstreamEndpoints)
        return CacheHandover.store(&crew, terms, by: notifier)
    }

    // MARK: - Reload

    /// Puts the bundle at `path`, or the one of the command line, in force. What was in force stays when it is refused.
    private mutating func reload(from path: String?, now: MonotonicInstant) -> ReloadOutcome {
        notifier.notify(.reloading)
        defer { notifier.notify(.ready, status: status.line) }
        let path = path ?? source.path
        do {
            let accepted = try source.load(path)
            try putInForce(accepted, now: now)
            let isChanged = accepted.digest != status.digest
            status.adopt(accepted, bundlePath: path, hidden.failures)
            log.write(.info, isChanged ? "reloaded: \(status.line)" : "reloaded: the bundle is the same")
            announceDegradation()
            return .accepted(digest: accepted.digest.hexadecimal, isChanged: isChanged)
        } catch {
            log.write(.error, "reload refused, the bundle in force stays: \(error)")
            return .refused(path: path, reason: error.description)
        }
    }

    /// New listeners are open before old ones close; a failure leaves everything as it was.
    private mutating func putInForce(_ accepted: AcceptedBundle, now: MonotonicInstant) throws(ServiceFailure) {
        let current = Set(crew.endpoints)
        let wanted = plan.endpointsAfterReload(for: accepted)
        let added = (wanted ?? []).filter { !current.contains($0) && $0.port != 0 }
        let wantedHidden = plan.hiddenEndpoints(for: accepted)
        do {
            try ResolverService.open(added, for: &crew)
        } catch {
            crew.retireListeners(except: current, now: now)
            throw error
        }
        try source.confirm(accepted)
        crew.reconfigure(accepted, now: now)
        // What was passed, or has a port of the kernel's choice, stays.
        let isFixed = wanted.map { $0.contains { $0.port == 0 } } ?? true
        let kept = isFixed ? current.subtracting(hidden.opened) : Set(wanted ?? [])
        hidden.open(wantedHidden, for: &crew)
        crew.retireListeners(except: kept.union(wantedHidden.map(\.endpoint)), now: now)
    }

    // MARK: - Control

    /// Serves callers until none has anything that can be served now: each reply may let the next call in.
    private mutating func takeControlRequests(now: MonotonicInstant) {
        var isSettled = false
        while !isSettled {
            isSettled = true
            while let request = control.nextRequest() {
                control.reply(reply(to: request, now: now), to: request, &crew, now: now)
            }
            for answer in crew.takeControlAnswers() {
                control.finish(answer, &crew, now: now)
                isSettled = false
            }
        }
    }

    private mutating func reply(to request: ControlRequest, now: MonotonicInstant) -> VarlinkReply {
        switch request.kind {
        case .statistics:
            VarlinkReply(
                status.report(of: crew.report(), now: now))
        case .flush(let name): .flushed(flush(name))
        case .reload(let path): .reloaded(reload(from: path, now: now))
        }
    }

    private mutating func flush(_ name: [UInt8]?) -> Int {
        crew.each { worker in
            name.map { worker.resolver.flush(name: $0.span, subtree: false) } ?? worker.resolver.flush()
        }.reduce(0, +)
    }

    // MARK: - Telling

    private mutating func announceStart() {
        let now = MonotonicClock.now
        let places = Set(crew.endpoints).map(\.description).sorted().joined(separator: ", ")
        log.write(.info, "ready on \(places): \(status.line)")
        announceDegradation()
        notifier.notify(.ready, status: status.line)
        feedWatchdog(now: now)
    }

    private func announceDegradation() {
        for reason in status.degradedReasons { log.write(.warning, "degraded: \(reason)") }
    }

    private mutating func announce(_ notice: WorkerNotice) {
        switch notice {
        case .upstreamDown(let name, let failure): log.write(.warning, "upstream `\(name)` is down: \(failure)")
        case .upstreamUp(let name): log.write(.notice, "upstream `\(name)` is up again")
        case .tookOver(let outcome): announce(outcome)
        }
    }

    private mutating func announce(_ outcome: TakeoverOutcome) {
        switch takeoverNews.add(outcome) {
        case .complete(let count): log.write(.info, "took over \(count) cached answers of the process before")
        case .damaged: log.write(.warning, HandoverFile.Refusal.damaged.line)
        case nil: break
        }
    }

    private mutating func feedWatchdog(now: MonotonicInstant) {
        guard let interval = notifier.watchdogNanoseconds else { return }
        notifier.notify(.watchdog)
        nextWatchdog = now.advanced(byNanoseconds: interval)
    }

    // MARK: - Start

    private static func open(_ endpoints: [Endpoint]?, for crew: inout WorkerCrew) throws(ServiceFailure) {
        guard let endpoints else { return }
        for endpoint in endpoints { try ListenerPlan.open(endpoint, for: &crew) }
        guard !crew.endpoints.isEmpty else { throw .noListeners }
    }
}
