internal import Bundle
internal import Cryptography
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore
internal import ServiceHost
internal import Varlink

/// A running daemon: one worker, the control socket, signals, the service manager.
struct ResolverService: ~Copyable {
    /// Seconds to answer what is pending after SIGTERM: longer than any query's deadline.
    static let drainSeconds: UInt64 = 6

    private enum Watched {
        static let signals: UInt64 = 1
        static let control: UInt64 = 2
    }

    private var source: ResolverSource
    private let plan: ListenerPlan
    private let log: ServiceLog
    private let notifier = ServiceNotifier()
    private let lock: FileLock
    private let signals: SignalSource
    private var worker: Worker
    private var control: ResolverControl
    private var status: ServiceStatus
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
        let signals = try ResolverService.signals()
        var worker = try ResolverService.worker(for: accepted, now: now)
        let plan = ListenerPlan(options, isActivated: try ResolverService.adoptSockets(by: &worker))
        try ResolverService.open(plan.endpoints(for: accepted), by: &worker)
        let control = try ResolverControl(runtimeDirectory: options.common.runtimeDirectory)
        do {
            try worker.watch(signals.descriptor, number: Watched.signals, for: .readable)
            try control.watch(in: &worker, number: Watched.control)
            try Lockdown.apply()
        } catch {
            throw .system(error)
        }
        var source = source
        try source.confirm(accepted)
        status = ServiceStatus(accepted, bundlePath: options.common.bundlePath, now: now)
        self.source = source
        self.log = log
        self.plan = plan
        self.lock = lock
        self.signals = signals
        self.worker = worker
        self.control = control
    }

    /// Serves until a signal ends it.
    mutating func serve() throws(ServiceFailure) {
        announceStart()
        do {
            while !isFinished(now: MonotonicClock.now) {
                try worker.turn(until: earliest(drainDeadline, nextWatchdog))
                try takeEvents(now: MonotonicClock.now)
            }
        } catch {
            throw .system(error)
        }
        worker.shutDown(now: MonotonicClock.now)
        log.write(.info, "stopped")
    }

    private mutating func takeEvents(now: MonotonicInstant) throws(SystemError) {
        for event in worker.takeServiceEvents() {
            switch event.number {
            case Watched.signals: takeSignals(now: now)
            case Watched.control: control.accept(&worker, now: now)
            default: control.serve(event, &worker, now: now)
            }
        }
        takeControlRequests(now: now)
        for notice in worker.takeNotices() { announce(notice) }
        if let deadline = nextWatchdog, deadline <= now { feedWatchdog(now: now) }
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
        log.write(.info, "stopping: \(worker.resolver.pendingQueryCount) queries pending")
        worker.retireListeners(except: [], now: now)
        control.unwatch(in: &worker)
        drainDeadline = now.advanced(bySeconds: ResolverService.drainSeconds)
    }

    private func isFinished(now: MonotonicInstant) -> Bool {
        guard let drainDeadline else { return false }
        return worker.isDrained || drainDeadline <= now
    }

    // MARK: - Reload

    /// Puts the bundle at `path`, or the one of the command line, in force. What was in force stays when it is refused.
    private mutating func reload(from path: String?, now: MonotonicInstant) -> ReloadOutcome {
        notifier.notify(.reloading(since: now))
        defer { notifier.notify(.ready, status: status.line) }
        let path = path ?? source.path
        do {
            let accepted = try source.load(path)
            try putInForce(accepted, now: now)
            let isChanged = accepted.digest != status.digest
            status.adopt(accepted, bundlePath: path)
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
        let current = Set(worker.endpoints)
        let wanted = plan.endpointsAfterReload(for: accepted)
        let added = (wanted ?? []).filter { !current.contains($0) && $0.port != 0 }
        do {
            try ResolverService.open(added, by: &worker)
        } catch {
            worker.retireListeners(except: current, now: now)
            throw error
        }
        try source.confirm(accepted)
        worker.reconfigure(accepted.adoption.configuration, upstreams: accepted.adoption.upstreams, now: now)
        guard let wanted, !wanted.contains(where: { $0.port == 0 }) else { return }
        worker.retireListeners(except: Set(wanted), now: now)
    }

    // MARK: - Control

    /// Serves callers until none has anything that can be served now: each reply may let the next call in.
    private mutating func takeControlRequests(now: MonotonicInstant) {
        var isSettled = false
        while !isSettled {
            isSettled = true
            while let request = control.nextRequest() {
                control.reply(reply(to: request, now: now), to: request, &worker, now: now)
            }
            if control.hasAsked() { worker.finishTurn(now: now) }
            for answer in worker.takeControlAnswers() {
                control.finish(answer, &worker, now: now)
                isSettled = false
            }
        }
    }

    private mutating func reply(to request: ControlRequest, now: MonotonicInstant) -> VarlinkReply {
        switch request.kind {
        case .statistics:
            VarlinkReply(
                status.report(of: worker.resolver, worker.counters, handshakes: worker.handshakes, now: now))
        case .flush(let name): .flushed(flush(name))
        case .reload(let path): .reloaded(reload(from: path, now: now))
        }
    }

    private mutating func flush(_ name: [UInt8]?) -> Int {
        guard let name else { return worker.resolver.flush() }
        return worker.resolver.flush(name: name.span, subtree: false)
    }

    // MARK: - Telling

    private mutating func announceStart() {
        let now = MonotonicClock.now
        let places = Set(worker.endpoints).map(\.description).sorted().joined(separator: ", ")
        log.write(.info, "ready on \(places): \(status.line)")
        announceDegradation()
        notifier.notify(.ready, status: status.line)
        feedWatchdog(now: now)
    }

    private func announceDegradation() {
        for reason in status.degradedReasons { log.write(.warning, "degraded: \(reason)") }
    }

    private func announce(_ notice: WorkerNotice) {
        switch notice {
        case .upstreamDown(let name, let failure): log.write(.warning, "upstream `\(name)` is down: \(failure)")
        case .upstreamUp(let name): log.write(.notice, "upstream `\(name)` is up again")
        }
    }

    private mutating func feedWatchdog(now: MonotonicInstant) {
        guard let interval = notifier.watchdogNanoseconds else { return }
        notifier.notify(.watchdog)
        nextWatchdog = now.advanced(byNanoseconds: interval)
    }

    // MARK: - Start

    private static func signals() throws(ServiceFailure) -> SignalSource {
        do {
            return try SignalSource([.hangUp, .interrupt, .terminate])
        } catch {
            throw .system(error)
        }
    }

    private static func worker(for accepted: AcceptedBundle, now: MonotonicInstant) throws(ServiceFailure) -> Worker {
        do {
            return try Worker(
                configuration: accepted.adoption.configuration, upstreams: accepted.adoption.upstreams,
                seed: (EntropySource.nextUInt64(), EntropySource.nextUInt64()), now: now)
        } catch {
            throw .system(error)
        }
    }

    /// Whether a service manager passed sockets.
    private static func adoptSockets(by worker: inout Worker) throws(ServiceFailure) -> Bool {
        var sockets = ActivatedSockets()
        do {
            return try ListenerPlan.adopt(&sockets, by: &worker) > 0
        } catch {
            throw .system(error)
        }
    }

    private static func open(_ endpoints: [Endpoint]?, by worker: inout Worker) throws(ServiceFailure) {
        guard let endpoints else { return }
        for endpoint in endpoints { try ListenerPlan.open(endpoint, by: &worker) }
        guard !worker.endpoints.isEmpty else { throw .noListeners }
    }
}
