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
        static let disk: UInt64 = 5
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
    /// The bundle that waits for the disk; what is asked for meanwhile waits for it.
    private var pending: PendingBundle?
    private var waitingReloads: [ReloadRequest] = []
    private var drainDeadline: MonotonicInstant?
    private var nextWatchdog: MonotonicInstant?
    private var goodTime: LastGoodTime
    /// That the clock is behind has been told.
    private var isClockTold = false

    /// Says hello to an upstream, makes directories, takes the lock, opens every socket, gives up all rights, and only then
    /// reads from any of them. The hello comes first because everything else is done while its answer is under way.
    init(
        _ options: ServiceOptions, source: ResolverSource, accepted: AcceptedBundle, log: ServiceLog
    ) throws(ServiceFailure) {
        let now = MonotonicClock.now
        let goodTime = LastGoodTime(stateDirectory: options.common.stateDirectory)
        var crew = try ServiceFailure.ofSystem { () throws(SystemError) in
            try WorkerCrew(
                accepted.adoption, count: options.workers, timeOfDay: TimeOfDay(floor: goodTime.floor), now: now)
        }
        crew.first.connectAhead(now: now)
        try ServiceFailure.ofSystem { () throws(SystemError) in try crew.turn(until: now) }
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
        try ServiceFailure.ofSystem { () throws(SystemError) in try activation.deal(to: &crew) }
        try ResolverService.open(plan.endpoints(for: accepted), for: &crew)
        var hidden = HiddenListeners()
        let views = accepted.manifest.resolver.views
        hidden.open(plan.hiddenListeners(of: views, addresses: ResolverService.addresses(for: views)), for: &crew)
        var control = try ResolverControl(runtimeDirectory: options.common.runtimeDirectory)
        control.views = BundleAdoption.identifiers(ofViewsIn: accepted.manifest.resolver)
        let network = try ServiceFailure.ofSystem { () throws(SystemError) in try NetworkMonitor() }
        do {
            try crew.first.watch(network.descriptor, number: Watched.network, for: .readable)
            try crew.first.watch(signals.descriptor, number: Watched.signals, for: .readable)
            try crew.first.watch(crew.newsArrived.value.descriptor, number: Watched.workers, for: .readable)
            try control.watch(in: &crew.first, number: Watched.control)
            try Lockdown.apply()
            try crew.start(accepted, takingOver: handover)
        } catch {
            throw .system(error)
        }
        crew.connectAhead()
        let confirmation = try ResolverService.confirm(accepted, source, &crew)
        pending = PendingBundle(reason: .start, accepted: accepted, endpointsBefore: [], confirmation: confirmation)
        status = ServiceStatus(accepted, bundlePath: options.common.bundlePath, hidden.failures, now: now)
        self.hidden = hidden
        self.goodTime = goodTime
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
        try takeEvents(now: MonotonicClock.now)
        while !isFinished(now: MonotonicClock.now) {
            do { try crew.turn(until: nextDeadline) } catch { throw .system(error) }
            try takeEvents(now: MonotonicClock.now)
        }
        let keepsCache = storeCache(now: MonotonicClock.now)
        crew.shutDown(now: MonotonicClock.now)
        log.write(.info, keepsCache ? "stopped; the service manager has the cache" : "stopped")
    }

    private var nextDeadline: MonotonicInstant? {
        earliest(drainDeadline, earliest(nextWatchdog, notifier.deadline))
    }

    private mutating func takeEvents(now: MonotonicInstant) throws(ServiceFailure) {
        for event in crew.first.takeServiceEvents() {
            switch event.number {
            case Watched.signals: takeSignals(now: now)
            case Watched.control: control.accept(&crew, now: now)
            case Watched.network: if network.takeNews() { networkChanged(now: now) }
            case Watched.workers: crew.collectNews()
            case Watched.disk: try finishPending(now: now)
            default: control.serve(event, &crew, now: now)
            }
        }
        takeControlRequests(now: now)
        for notice in crew.takeNotices() where upstreamNews.isNew(notice) { announce(notice) }
        watchClock()
        if let deadline = nextWatchdog, deadline <= now { feedWatchdog(now: now) }
        if let deadline = notifier.deadline, deadline <= now { notifier.deadlineReached(now: now) }
    }

    // MARK: - Time of day

    /// Keeps the floor, and tells once that the clock is behind it, or not any more.
    private mutating func watchClock() {
        goodTime.note(crew.first.timeOfDay.floor)
        guard crew.first.timeOfDay.isBehind != isClockTold else { return }
        isClockTold.toggle()
        if let complaint = crew.first.timeOfDay.complaint() {
            log.write(.warning, "degraded: \(complaint)")
        } else {
            log.write(.notice, "the clock is not behind any more")
        }
    }

    // MARK: - Network

    private mutating func networkChanged(now: MonotonicInstant) {
        _ = crew.each { $0.networkChanged(now: now) }
        guard drainDeadline == nil, pending == nil else { return }
        followDevices(now: now)
    }

    /// Containers ask at the addresses of their devices.
    private mutating func followDevices(now: MonotonicInstant) {
        guard status.views.contains(where: { !$0.devices.isEmpty }) else { return }
        let wanted = plan.hiddenListeners(
            of: status.views, addresses: ResolverService.addresses(for: status.views))
        guard hidden.follow(wanted, for: &crew, now: now) else { return }
        status.take(closed: hidden.failures)
        announceDegradation()
    }

    /// Of all devices, where some are asked about. What the kernel does not tell is what no device has.
    private static func addresses(for views: [ViewSettings]) -> [DeviceAddress] {
        views.contains { !$0.devices.isEmpty } ? (try? DeviceAddress.all()) ?? [] : []
    }

    // MARK: - Signals

    private mutating func takeSignals(now: MonotonicInstant) {
        while let signal = signals.next() {
            switch signal {
            case .hangUp: reload(.signal, now: now)
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

    /// Reads a bundle and puts it in force once it is on the disk. What was in force stays when it is refused.
    private mutating func reload(_ request: ReloadRequest, now: MonotonicInstant) {
        guard pending == nil else { return wait(request) }
        let endpoints = Set(crew.endpoints)
        do throws(ServiceFailure) {
            guard drainDeadline == nil else { throw .stopping }
            notifier.notify(.reloading)
            let accepted = try source.load(request.path ?? source.path)
            try openListeners(for: accepted, besides: endpoints)
            let confirmation = try ResolverService.confirm(accepted, source, &crew)
            pending = PendingBundle(
                reason: .reload(request), accepted: accepted, endpointsBefore: endpoints, confirmation: confirmation)
        } catch {
            refuse(request, error, keeping: endpoints, now: now)
        }
    }

    /// A signal that comes while another waits asks for nothing more.
    private mutating func wait(_ request: ReloadRequest) {
        if case .signal = request, waitingReloads.contains(where: \.isSignal) { return }
        waitingReloads.append(request)
    }

    /// New listeners are open before old ones close.
    private mutating func openListeners(
        for accepted: AcceptedBundle, besides current: Set<Endpoint>
    ) throws(ServiceFailure) {
        let wanted = plan.endpointsAfterReload(for: accepted)
        try ResolverService.open(wanted?.filter { !current.contains($0) && $0.port != 0 }, for: &crew)
    }

    /// Begins to put on the disk what a restart has to know: the version that must not be gone back behind, and the bundle.
    /// That a bundle is in force is told, to the manager or to who asked for it, only when that has been done.
    private static func confirm(
        _ accepted: AcceptedBundle, _ source: ResolverSource, _ crew: inout WorkerCrew
    ) throws(ServiceFailure) -> BundleConfirmation {
        let confirmation = try source.confirm(accepted)
        do { try confirmation.watch(in: &crew.first, number: Watched.disk) } catch { throw .system(error) }
        return confirmation
    }

    /// What a restart has to know is on the disk, or will never be.
    private mutating func finishPending(now: MonotonicInstant) throws(ServiceFailure) {
        guard let pending = pending.take() else { return }
        let (accepted, endpoints) = (pending.accepted, pending.endpointsBefore)
        switch pending.reason {
        case .start:
            try source.finish(pending.confirmation)
            if drainDeadline == nil { announceStart() }
        case .reload(let request):
            do throws(ServiceFailure) {
                try source.finish(pending.confirmation)
                guard drainDeadline == nil else { throw .stopping }
                putInForce(accepted, for: request, after: endpoints, now: now)
            } catch {
                refuse(request, error, keeping: endpoints, now: now)
            }
        }
        if !waitingReloads.isEmpty { reload(waitingReloads.removeFirst(), now: now) }
        // What was heard of devices meanwhile.
        if self.pending == nil, drainDeadline == nil { followDevices(now: now) }
    }

    private mutating func putInForce(
        _ accepted: AcceptedBundle, for request: ReloadRequest, after endpoints: Set<Endpoint>, now: MonotonicInstant
    ) {
        crew.reconfigure(accepted, now: now)
        control.views = BundleAdoption.identifiers(ofViewsIn: accepted.manifest.resolver)
        exchangeListeners(for: accepted, after: endpoints, now: now)
        let isChanged = accepted.digest != status.digest
        status.adopt(accepted, bundlePath: request.path ?? source.path, hidden.failures)
        log.write(.info, isChanged ? "reloaded: \(status.line)" : "reloaded: the bundle is the same")
        announceDegradation()
        notifier.notify(.ready, status: status.line)
        tell(.accepted(digest: accepted.digest.hexadecimal, isChanged: isChanged), to: request, now: now)
    }

    /// What was passed, or has a port of the kernel's choice, stays.
    private mutating func exchangeListeners(
        for accepted: AcceptedBundle, after endpoints: Set<Endpoint>, now: MonotonicInstant
    ) {
        let wanted = plan.endpointsAfterReload(for: accepted)
        let isFixed = wanted.map { $0.contains { $0.port == 0 } } ?? true
        let kept = isFixed ? endpoints.subtracting(hidden.opened) : Set(wanted ?? [])
        let views = accepted.manifest.resolver.views
        let wantedHidden = plan.hiddenListeners(of: views, addresses: ResolverService.addresses(for: views))
        hidden.open(wantedHidden, for: &crew)
        crew.retireListeners(except: kept.union(wantedHidden.map(\.endpoint)), now: now)
    }

    private mutating func refuse(
        _ request: ReloadRequest, _ failure: ServiceFailure, keeping endpoints: Set<Endpoint>, now: MonotonicInstant
    ) {
        log.write(.error, "reload refused, the bundle in force stays: \(failure)")
        if drainDeadline == nil {
            crew.retireListeners(except: endpoints, now: now)
            notifier.notify(.ready, status: status.line)
        }
        tell(.refused(path: request.path ?? source.path, reason: failure.description), to: request, now: now)
    }

    private mutating func tell(_ outcome: ReloadOutcome, to request: ReloadRequest, now: MonotonicInstant) {
        guard case .control(let call, _) = request else { return }
        control.reply(.reloaded(outcome), to: call, &crew, now: now)
    }

    // MARK: - Control

    /// Serves callers until none has anything that can be served now: each reply may let the next call in.
    private mutating func takeControlRequests(now: MonotonicInstant) {
        var isSettled = false
        while !isSettled {
            isSettled = true
            while let request = control.nextRequest() {
                serve(request, now: now)
            }
            for answer in crew.takeControlAnswers() {
                control.finish(answer, &crew, now: now)
                isSettled = false
            }
        }
    }

    private mutating func serve(_ request: ControlRequest, now: MonotonicInstant) {
        switch request.kind {
        case .statistics:
            let complaint = crew.first.timeOfDay.complaint()
            let report = status.report(of: crew.report(), clock: complaint, now: now)
            control.reply(VarlinkReply(report), to: request, &crew, now: now)
        case .upstreams:
            let report = status.upstreams(crew.upstreamReports(), now: now)
            control.reply(VarlinkReply(report), to: request, &crew, now: now)
        case .flush(let name): control.reply(.flushed(flush(name)), to: request, &crew, now: now)
        case .reload(let path): reload(.control(request, path: path), now: now)
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
        case .upstreamDown(let name, let failure, let proxy):
            log.write(.warning, "upstream `\(name)` is down: \(failure.description(through: proxy))")
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
