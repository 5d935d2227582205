internal import Bundle
internal import CanonicalJSON
internal import Cryptography
internal import LinuxIO
internal import NetfilterBackend
internal import NetworkTypes
internal import ServiceHost
internal import Varlink

/// A running daemon: the keeper of the policy, the control socket, signals, the service manager.
struct PolicyService: ~Copyable {
    /// Looked at that often although the kernel tells of changes.
    private static let inspectionSeconds: UInt64 = 30

    private enum Watched {
        static let signals: UInt64 = 1
        static let control: UInt64 = 2
        static let kernel: UInt64 = 3
        static let devices: UInt64 = 4
        static let resolver: UInt64 = 5
        static let cgroups: UInt64 = 6
        static let routing: UInt64 = 7
        static let files: UInt64 = 8
        static let routers: UInt64 = 9
    }

    private let log: ServiceLog
    private var notifier = ServiceNotifier()
    private let lock: FileLock
    private let signals: SignalSource
    private var loop: ServiceLoop
    private var control: ControlServer
    private var keeper: PolicyKeeper
    private var handover: ResolverHandover
    /// Callers of `Apply` whose policy is in force, and who are told when the resolver has it, too.
    private var waiting: [(connection: UInt64, reply: JSONObject)] = []
    private var isStopping = false
    private var nextWatchdog: MonotonicInstant?
    private var nextInspection: MonotonicInstant

    /// Makes directories, takes the lock, opens everything, gives up all rights but one, and puts the table in force.
    init(_ options: PolicyOptions, source: PolicySource, log: ServiceLog) throws(PolicyFailure) {
        let common = options.common
        let lock = try PolicyFailure.ofHost { () throws(HostFailure) in
            try ServiceDirectories.prepare(common)
            return try ServiceDirectories.lock(common, program: PolicyDaemon.program)
        }
        var keeper = try PolicyKeeper(options, source: source, log: log)
        let control = try PolicyFailure.ofHost { () throws(HostFailure) in
            try ControlServer(
                runtimeDirectory: common.runtimeDirectory, program: PolicyDaemon.program, interface: .policy)
        }
        let signals = try PolicyService.signals()
        let loop = try PolicyService.loop(signals, control, keeper)
        try keeper.start(now: MonotonicClock.now)
        self.log = log
        self.lock = lock
        self.keeper = keeper
        self.control = control
        self.signals = signals
        self.loop = loop
        handover = ResolverHandover(runtimeDirectory: common.runtimeDirectory, number: Watched.resolver)
        nextInspection = MonotonicClock.now.advanced(bySeconds: PolicyService.inspectionSeconds)
    }

    private static func signals() throws(PolicyFailure) -> SignalSource {
        do { return try SignalSource([.hangUp, .interrupt, .terminate]) } catch { throw .host(.system(error)) }
    }

    /// Watches everything, then gives up all rights but one.
    private static func loop(
        _ signals: borrowing SignalSource, _ control: borrowing ControlServer, _ keeper: borrowing PolicyKeeper
    ) throws(PolicyFailure) -> ServiceLoop {
        do {
            let loop = try ServiceLoop()
            try loop.watch(signals.descriptor, number: Watched.signals, for: .readable)
            try loop.watch(control.listener.descriptor, number: Watched.control, for: .readable)
            try loop.watch(foreign: keeper.enforcer.descriptor, number: Watched.kernel)
            try loop.watch(foreign: keeper.deviceMonitor.descriptor, number: Watched.devices)
            try loop.watch(foreign: keeper.routerMonitor.descriptor, number: Watched.routers)
            try loop.watch(foreign: keeper.router.descriptor, number: Watched.routing)
            try loop.watch(foreign: keeper.controlGroups.descriptor, number: Watched.cgroups)
            try loop.watch(foreign: keeper.survey.descriptor, number: Watched.files)
            try Lockdown.apply(keeping: [.networkAdministration])
            return loop
        } catch {
            throw .host(.system(error))
        }
    }

    /// Serves until a signal ends it; the table stays.
    mutating func serve() throws(PolicyFailure) {
        announceReady()
        feedWatchdog(now: MonotonicClock.now)
        handOver(now: MonotonicClock.now)
        while !isStopping {
            let events: [EventLoop.Event]
            do { events = try loop.wait(until: deadline) } catch { throw .host(.system(error)) }
            let now = MonotonicClock.now
            for event in events { take(event, now: now) }
            takeCalls(now: now)
            keeper.deadlineReached(now: now)
            conclude(handover.deadlineReached(&loop, now: now))
            if nextInspection <= now {
                keeper.inspectIfMoved(now: now)
                nextInspection = now.advanced(bySeconds: PolicyService.inspectionSeconds)
            }
            if let deadline = nextWatchdog, deadline <= now { feedWatchdog(now: now) }
            if let deadline = notifier.deadline, deadline <= now { notifier.deadlineReached(now: now) }
        }
        try keeper.record(.stopped, ["process": .integer(Int64(Environment.processIdentifier))])
        log.write(.info, "stopped; the table stays in force")
    }

    private var deadline: MonotonicInstant? {
        [keeper.deadline, handover.deadline, notifier.deadline, nextWatchdog, nextInspection].compactMap { $0 }.min()
    }

    private mutating func take(_ event: EventLoop.Event, now: MonotonicInstant) {
        switch event.token {
        case Watched.signals: takeSignals(now: now)
        case Watched.control: control.accept(&loop, now: now)
        case Watched.kernel: keeper.takeKernelNews(now: now)
        case Watched.devices: keeper.takeDeviceNews(now: now)
        case Watched.routers: keeper.takeRouterNews(now: now)
        case Watched.routing: keeper.takeRoutingNews(now: now)
        case Watched.cgroups: keeper.takeCgroupNews()
        case Watched.files: keeper.takeFileNews(now: now)
        case Watched.resolver: conclude(handover.serve(&loop, now: now))
        default: control.serve(number: event.token, event.readiness, &loop, now: now)
        }
    }

    private mutating func takeSignals(now: MonotonicInstant) {
        while let signal = signals.next() {
            switch signal {
            case .hangUp: reload(now: now)
            case .interrupt, .terminate:
                notifier.notify(.stopping)
                isStopping = true
            default: break
            }
        }
    }

    private mutating func reload(now: MonotonicInstant) {
        notifier.notify(.reloading)
        do {
            _ = try keeper.apply(nil, digest: nil, reason: "reload", now: now)
            handOver(now: now)
        } catch {
            log.write(.error, "reload refused, the policy in force stays: \(error)")
        }
        announceReady()
    }

    private mutating func takeCalls(now: MonotonicInstant) {
        while let call = control.nextCall() {
            if let reply = reply(to: call, now: now) { control.reply(reply, to: call.connection, &loop) }
        }
        while let connection = control.nextClosed() { waiting.removeAll { $0.connection == connection } }
    }

    /// Nil when the reply comes later.
    private mutating func reply(to call: ControlCall, now: MonotonicInstant) -> VarlinkReply? {
        do throws(ControlRefusal) {
            switch call.call.methodName {
            case "Status":
                keeper.inspectIfMoved(now: now)
                keeper.lookAroundIfDue(now: now)
                return VarlinkReply(keeper.report)
            case "ListDrifts": return VarlinkReply(keeper.driftReport)
            case "Plan": return try plan(call)
            case "Apply": return try apply(call, now: now)
            case "OpenPortal": return try openPortal(call, now: now)
            case "ClosePortal": return try closePortal(call)
            case "Portal": return try portal()
            default: return .methodNotFound(call.call.method)
            }
        } catch {
            return error.reply
        }
    }

    /// Changes nothing, and is open to everyone. It opens a file with the daemon's rights: who has none of his own has to
    /// know what is in the file, and is told nothing else about it.
    private mutating func plan(_ call: ControlCall) throws(ControlRefusal) -> VarlinkReply {
        let path = try call.call.optionalPath("bundle")
        let digest = try call.call.optionalText("digest")
        if digest == nil { try call.requireRight() }
        do {
            return VarlinkReply(try keeper.plan(path, digest: digest).parameters)
        } catch {
            return call.hasRight ? .bundleRefused(error) : .bundleRefused(.unknownBundle)
        }
    }

    private mutating func apply(_ call: ControlCall, now: MonotonicInstant) throws(ControlRefusal) -> VarlinkReply? {
        try call.requireRight()
        let path = try call.call.optionalPath("bundle")
        let digest = try call.call.optionalText("digest")
        do {
            let before = keeper.policy?.digest
            let (policy, stopwatch) = try keeper.apply(
                path, digest: digest, reason: "call by user \(call.credentials.user)", now: now)
            announceReady()
            let reply: JSONObject = [
                "bundleDigest": .string(policy.digest.hexadecimal), "changed": .bool(policy.digest != before),
                "epoch": .integer(Int64(keeper.memory.epoch.current)),
                "generation": .count(UInt64(keeper.enforcer.seenGeneration)),
                "milliseconds": .double(stopwatch.milliseconds), "stages": stopwatch.json,
            ]
            answerWaiting(.failed("another bundle was applied meanwhile"))
            waiting.append((call.connection, reply))
            handOver(now: now)
            return nil
        } catch {
            log.write(.error, "apply refused, the policy in force stays: \(error)")
            return .bundleRefused(error)
        }
    }

    private mutating func openPortal(
        _ call: ControlCall, now: MonotonicInstant
    ) throws(ControlRefusal) -> VarlinkReply {
        try call.requireRight()
        var resolvers: [IPAddress] = []
        for text in try call.call.texts("resolvers", maximum: PortalSettings.maximumResolvers) {
            guard let address = IPAddress(text) else { throw ControlRefusal(.invalidParameter("resolvers")) }
            resolvers.append(address)
        }
        guard !resolvers.isEmpty else { throw ControlRefusal(.invalidParameter("resolvers")) }
        let seconds = try call.call.optionalInteger("seconds", in: 1...Int64(PortalSettings.maximumMinutes) * 60)
        do {
            try keeper.openPortal(
                resolvers: resolvers, seconds: seconds.map { UInt64($0) }, caller: call.credentials.user, now: now)
        } catch {
            throw ControlRefusal(.portalRefused(error))
        }
        return try portal()
    }

    private mutating func closePortal(_ call: ControlCall) throws(ControlRefusal) -> VarlinkReply {
        try call.requireRight()
        do {
            return VarlinkReply([
                "wasOpen": .bool(try keeper.closePortal("call by user \(call.credentials.user)"))
            ])
        } catch {
            throw ControlRefusal(.portalRefused(error))
        }
    }

    private func portal() throws(ControlRefusal) -> VarlinkReply {
        do { return VarlinkReply(try keeper.portalReport()) } catch { throw ControlRefusal(.portalRefused(error)) }
    }

    // MARK: - The resolver

    /// Has the resolver take the bundle that is in force.
    private mutating func handOver(now: MonotonicInstant) {
        guard let policy = keeper.policy else { return }
        conclude(handover.begin(policy.loaded, &loop, now: now))
    }

    private mutating func conclude(_ outcome: ResolverHandover.Outcome?) {
        guard let outcome else { return }
        if keeper.state.take(outcome) {
            switch outcome {
            case .agreed: log.write(.info, "`enigm-resolverd` runs the same bundle")
            case .absent: log.write(.info, "no `enigm-resolverd` is running")
            case .failed(let reason): log.write(.warning, "degraded: \(reason)")
            }
        }
        answerWaiting(outcome)
    }

    private mutating func answerWaiting(_ outcome: ResolverHandover.Outcome) {
        for (connection, reply) in waiting {
            var reply = reply
            reply["resolver"] = .string(outcome.word)
            reply["resolverFailure"] = outcome.reason.map { .string($0) }
            control.reply(VarlinkReply(reply), to: connection, &loop)
        }
        waiting = []
    }

    private mutating func announceReady() { notifier.notify(.ready, status: keeper.policy?.line) }

    private mutating func feedWatchdog(now: MonotonicInstant) {
        guard let interval = notifier.watchdogNanoseconds else { return }
        notifier.notify(.watchdog)
        nextWatchdog = now.advanced(byNanoseconds: interval)
    }
}

extension VarlinkReply {
    fileprivate static func portalRefused(_ failure: PolicyFailure) -> VarlinkReply {
        VarlinkReply(error: "io.enigm.policy.PortalRefused", ["reason": .string(failure.description)])
    }

    fileprivate static func bundleRefused(_ failure: PolicyFailure) -> VarlinkReply {
        VarlinkReply(error: "io.enigm.policy.BundleRefused", ["reason": .string(failure.description)])
    }
}
