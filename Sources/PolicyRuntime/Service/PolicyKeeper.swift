internal import Bundle
internal import CanonicalJSON
internal import Cryptography
internal import LinuxIO
internal import NetfilterBackend
internal import NetworkTypes
internal import Ruleset
internal import ServiceHost

/// The policy in force and everything that keeps it so: applies bundles, looks after the table, writes the audit log.
/// Knows neither sockets of callers nor signals.
struct PolicyKeeper: ~Copyable {
    /// Drifts that are remembered for callers; the audit log has all of them.
    static let maximumDrifts = 64

    var source: PolicySource
    let log: ServiceLog
    var enforcer: Enforcer
    var router: PathRouter
    let deviceMonitor: NetworkDeviceMonitor
    let routerMonitor: RouterOptionMonitor
    let controlGroups: ControlGroups
    let survey: MachineSurvey
    /// Of the policy, when its table was made: who comes later is in the next one. To ask for names may take a network.
    var unknownNames: [Finding] = []
    /// When the machine around the tables is looked at again.
    var surveyTimes = SurveyTimes()
    /// Those of other programs, when they were last read.
    var foreignTables: [ForeignTable] = []
    /// What was found there.
    var surroundings: [Finding] = []
    /// What callers and the audit log were told of all findings.
    var toldFindings: [Finding] = []
    var audit: AuditLog
    var memory: PolicyMemory
    var machine: Machine
    var announced = AnnouncedTranslators()
    /// The numbers on this machine of the paths of the policy in force.
    var pathNumbers: [PathNumber: PathNumber] = [:]
    /// Nil before the first policy is in force.
    var policy: Policy?
    /// What the kernel is to hold.
    var tables: EnforcedTables?
    /// What packets are stamped with that may be on a wire: drawn anew when no tables of ours are left, as after a boot.
    let stamp: PacketStamp
    var state = PolicyState()
    var drifts: [Drift] = []
    var driftCount: UInt64 = 0
    /// When UDP flows of which epoch are forgotten.
    var pendingFlows: (deadline: MonotonicInstant, epoch: UInt16)?
    /// Repairs wait until then when somebody undoes them as fast as they are made.
    var repairBackOff = RepairBackOff()
    /// Nil while the portal is closed.
    var portal: OpenPortal?
    let portalFile: PortalResolverFile
    var repairDeadline: MonotonicInstant?

    init(_ options: PolicyOptions, source: PolicySource, log: ServiceLog) throws(PolicyFailure) {
        let enforcer = try Enforcer(wantsOwnership: options.wantsOwnership, hiding: options.hiddenFeatures)
        let router = try PathRouter()
        let deviceMonitor = try PolicyKeeper.deviceMonitor()
        let routerMonitor = try PolicyKeeper.routerMonitor()
        let controlGroups = try PolicyKeeper.controlGroups(options.resolverCgroups)
        let survey = try MachineSurvey(root: options.root)
        let memory = try source.memory()
        let audit = try PolicyFailure.ofHost { () throws(HostFailure) in
            try AuditLog(stateDirectory: options.common.stateDirectory)
        }
        let standing = try enforcer.standingTables()
        stamp = EnforcedTables.stamp(of: standing) ?? .draw()
        announced.take(left: EnforcedTables.translators(of: standing), now: MonotonicClock.now)
        self.enforcer = enforcer
        self.router = router
        self.deviceMonitor = deviceMonitor
        self.routerMonitor = routerMonitor
        self.controlGroups = controlGroups
        self.survey = survey
        self.audit = audit
        self.memory = memory
        machine = Machine(devices: [], takenDevices: [])
        self.source = source
        self.log = log
        portalFile = PortalResolverFile(runtimeDirectory: options.common.runtimeDirectory)
        for problem in self.audit.problems { log.write(.error, "the audit log is damaged: \(problem)") }
    }

    /// Puts the newest bundle in force: takes over what an earlier run left when that is the same, else applies it.
    mutating func start(now: MonotonicInstant) throws(PolicyFailure) {
        try record(.started, ["process": .integer(Int64(Environment.processIdentifier))])
        let views = memory.views
        let (newest, setAside) = try refusals { source throws(PolicyFailure) in try source.newest(views: views) }
        if let setAside {
            log.write(.warning, setAside)
            state.setAside = setAside
        }
        guard try !adopt(newest, now: now) else { return }
        var stopwatch = ApplyStopwatch()
        try put(newest, reason: "start", now: now, &stopwatch)
    }

    /// Whether the kernel holds the very table already.
    private mutating func adopt(_ policy: Policy, now: MonotonicInstant) throws(PolicyFailure) -> Bool {
        guard memory.epoch.current != 0 else { return false }
        try refreshMachine(for: policy)
        let numbers = memory.paths.pin(policy.settings.paths)
        memory.views.pin(policy.settings.views)
        let wanted = tables(policy, epoch: memory.epoch.current, paths: numbers, on: machine)
        guard try enforcer.adopt(wanted) else { return false }
        try router.settle(PathRouter.routing(of: policy.settings, numbers: numbers, on: machine), on: machine)
        try record(.adopted, PolicyKeeper.detail(policy, epoch: memory.epoch.current))
        settle(policy, wanted, numbers)
        try tellFindings()
        try adoptPortal(now: now)
        try source.confirm(policy, memory)
        log.write(.info, "adopted the table in force: \(policy.line), epoch \(memory.epoch.current)")
        return true
    }

    /// Applies the bundle at `path`, or the command line's. What was in force stays when it is refused.
    mutating func apply(
        _ path: String?, digest: String?, reason: String, now: MonotonicInstant
    ) throws(PolicyFailure) -> (policy: Policy, stopwatch: ApplyStopwatch) {
        var stopwatch = ApplyStopwatch()
        let path = path ?? source.path
        let views = memory.views
        let wanted = try refusals { source throws(PolicyFailure) in
            try source.load(path, digest: digest, views: views)
        }
        stopwatch.finish(.read)
        try put(wanted, reason: reason, now: now, &stopwatch)
        return (wanted, stopwatch)
    }

    /// What applying a bundle would do: how the kernel's table would change, and whether the kernel would take it.
    mutating func plan(_ path: String?, digest: String?) throws(PolicyFailure) -> PolicyPlan {
        let wanted = try source.load(path ?? source.path, digest: digest, views: memory.views)
        let machine = try self.machine(for: wanted)
        var pins = memory.paths
        let next = tables(
            wanted, epoch: memory.epoch.current, paths: pins.pin(wanted.settings.paths), on: machine)
        var refusal: String?
        do {
            try enforcer.tryOut(next)
        } catch {
            guard case .refused = error else { throw error }
            refusal = error.description
        }
        return PolicyPlan(
            profile: wanted.profile, digest: wanted.digest,
            difference: next.difference(from: try enforcer.standingTables()),
            refusal: refusal, findings: prospects(of: wanted, on: machine))
    }

    private mutating func put(
        _ wanted: Policy, reason: String, now: MonotonicInstant, _ stopwatch: inout ApplyStopwatch
    ) throws(PolicyFailure) {
        try refreshMachine(for: wanted)
        let numbers = try pinnedNumbers(of: wanted)
        let before = memory.epoch.current
        let next = memory.epoch.take()
        let new = tables(wanted, epoch: next, paths: numbers, on: machine)
        var detail = PolicyKeeper.detail(wanted, epoch: next)
        detail["reason"] = .string(reason)
        // On the disk with the record of the outcome: should the machine itself fail before, the commit is lost, too.
        try record(.applyStarted, detail, isUrgent: true)
        stopwatch.finish(.prepare)
        let routing = PathRouter.routing(of: wanted.settings, numbers: numbers, on: machine)
        do {
            try router.prepare(routing, on: machine)
            try enforcer.commit(new, staleEpoch: before == 0 ? nil : before, keepsPortal: false, &stopwatch)
        } catch {
            restoreRouting()
            detail["failure"] = .string(String(error.description.prefix(1024)))
            try record(.applyFailed, detail)
            throw error
        }
        memory.epoch.confirm(next)
        memory.epoch.reserve()
        try portalHasClosed(reason)
        settle(wanted, new, numbers)
        announcePortal()
        // The table is in force: what cannot be taken away now is taken away as a drift.
        do { try router.settle(routing, on: machine) } catch { log.write(.error, error.description) }
        state.take(findings(for: wanted))
        detail["generation"] = .count(UInt64(enforcer.seenGeneration))
        try record(.applied, detail, isUrgent: true)
        try tellFindings()
        try source.confirm(wanted, memory)
        try synchroniseAudit()
        stopwatch.finish(.record)
        forgetFlows(olderThan: next, before: before, now: now)
        log.write(.notice, "in force: \(wanted.line), epoch \(next)")
    }

    /// Numbers for a policy's paths and places for its views, on the disk before any flow has them, as is the epoch that
    /// comes next.
    private mutating func pinnedNumbers(of wanted: Policy) throws(PolicyFailure) -> [PathNumber: PathNumber] {
        let before = memory
        let numbers = memory.paths.pin(wanted.settings.paths)
        memory.views.pin(wanted.settings.views)
        guard memory.epoch.isExhausted || memory != before else { return numbers }
        if memory.epoch.isExhausted { memory.epoch.reserve() }
        try source.remember(memory)
        return numbers
    }

    /// From now on this is what the kernel is to hold.
    private mutating func settle(_ policy: Policy, _ tables: EnforcedTables, _ numbers: [PathNumber: PathNumber]) {
        self.policy = policy
        self.tables = tables
        pathNumbers = numbers
        surveyMachine(for: policy)
        state.enforced(
            findings(for: policy), since: self.state.value == .unknown ? WallClock.now : nil)
    }

    /// After a bundle was refused: what it needed beyond the policy in force goes.
    private mutating func restoreRouting() {
        guard let policy else { return }
        let routing = PathRouter.routing(of: policy.settings, numbers: pathNumbers, on: machine)
        do { try router.settle(routing, on: machine) } catch { log.write(.error, error.description) }
    }

    /// The machine as it is now, as a policy sees it.
    private func machine(for policy: Policy) throws(PolicyFailure) -> Machine {
        let knowsRoutes = enforcer.features.contains(.route)
        let devices = try listDevices()
        return Machine(
            devices: devices, takenDevices: policy.settings.takenDevices,
            controlGroups: places(for: policy), translators: announced.prefixes(on: policy.leading(devices)),
            wires: enforcer.features.contains(.egress)
                ? .init(policy.settings.template.wire, knowsRoutes: knowsRoutes) : nil)
    }

    func tables(
        _ policy: Policy, epoch: UInt16, paths: [PathNumber: PathNumber], on machine: Machine
    ) -> EnforcedTables {
        EnforcedTables(
            policy.settings, epoch: epoch, stamp: stamp, paths: paths, on: machine, flags: enforcer.ownership.flags)
    }

    /// Where the control groups of a policy's table are; none where the kernel cannot ask a socket for its own.
    func places(for policy: Policy) -> [Symbol: ControlGroupPlaces] {
        guard enforcer.features.contains(.cgroup) else { return [:] }
        return controlGroups.places(of: policy.settings.template.controlGroups)
    }

    /// Flows that no table has judged at once, those of the epoch before when their packets have had their time.
    private mutating func forgetFlows(olderThan epoch: UInt16, before: UInt16, now: MonotonicInstant) {
        state.take(deletesFlows: enforcer.forgetDatagramFlows(epoch: 0))
        guard before != 0, before != epoch else { return }
        pendingFlows = (now.advanced(byMilliseconds: EnforcedTables.staleMilliseconds), before)
    }

    mutating func refreshMachine(for policy: Policy) throws(PolicyFailure) {
        machine = try self.machine(for: policy)
        unknownNames = machine.unknownNames(in: policy.settings.template)
        forgetTranslators(now: MonotonicClock.now)
    }

    private static func controlGroups(_ groups: [ControlGroup]) throws(PolicyFailure) -> ControlGroups {
        do { return try ControlGroups(resolver: groups) } catch { throw .host(.system(error)) }
    }

    private static func deviceMonitor() throws(PolicyFailure) -> NetworkDeviceMonitor {
        do { return try NetworkDeviceMonitor() } catch { throw PolicyFailure(error) }
    }

    private static func routerMonitor() throws(PolicyFailure) -> RouterOptionMonitor {
        do { return try RouterOptionMonitor() } catch { throw PolicyFailure(error) }
    }

    func listDevices() throws(PolicyFailure) -> [NetworkDevice] {
        do { return try deviceMonitor.devices() } catch { throw PolicyFailure(error) }
    }

    /// Records what `load` refuses.
    private mutating func refusals<Value>(
        _ load: (PolicySource) throws(PolicyFailure) -> Value
    ) throws(PolicyFailure) -> Value {
        do { return try load(source) } catch {
            log.write(.error, error.description)
            try record(.refused, ["reason": .string(String(error.description.prefix(1024)))])
            throw error
        }
    }

    mutating func record(_ event: AuditEvent, _ detail: JSONObject, isUrgent: Bool = false) throws(PolicyFailure) {
        do {
            try audit.record(event, detail, isUrgent: isUrgent)
        } catch {
            throw .host(.system(error))
        }
    }

    private func synchroniseAudit() throws(PolicyFailure) {
        do { try audit.synchronise() } catch { throw .host(.system(error)) }
    }

    private static func detail(_ policy: Policy, epoch: UInt16) -> JSONObject {
        [
            "bundleDigest": .string(policy.digest.hexadecimal), "profile": .string(policy.profile.name),
            "profileVersion": .count(policy.profile.version), "epoch": .integer(Int64(epoch)),
        ]
    }
}
