internal import CanonicalJSON
internal import LinuxIO
internal import NetfilterBackend
internal import NetworkTypes
internal import Ruleset
internal import ServiceHost

// Looking after the table in force.
extension PolicyKeeper {
    /// Somebody has changed the ruleset: look whether it is ours that changed, and put it back.
    mutating func takeKernelNews(now: MonotonicInstant) {
        do {
            let commits = try enforcer.takeCommits()
            guard commits.map({ !$0.isEmpty }) ?? true else { return }
            surveyTimes.hasten(now: now)
            try inspect(commits: commits, now: now)
        } catch {
            fail(error)
        }
    }

    /// Looks at the table although nobody told of a change.
    mutating func inspectIfMoved(now: MonotonicInstant) {
        do {
            if try enforcer.hasMoved() { try inspect(commits: try enforcer.takeCommits(), now: now) }
        } catch {
            fail(error)
        }
    }

    /// Devices came or went: the set of those that lead off this machine follows.
    mutating func takeDeviceNews(now: MonotonicInstant) {
        do {
            guard try hasDeviceNews() else { return }
            followMachine("devices")
            followPortalDevices()
        } catch {
            fail(error)
        }
    }

    private func hasDeviceNews() throws(PolicyFailure) -> Bool {
        do { return try deviceMonitor.hasNews() } catch { throw PolicyFailure(error) }
    }

    /// Somebody has changed routing rules, or a path's routes: look whether it is as it should be, and put it back.
    mutating func takeRoutingNews(now: MonotonicInstant) {
        do {
            guard try router.hasNews() else { return }
            // A device that goes takes its routes along.
            followMachine("devices")
            try inspect(commits: [], now: now)
        } catch {
            fail(error)
        }
    }

    /// Control groups came or went: the sets of units and slices follow, and that of those that may have the resolver's
    /// port.
    mutating func takeCgroupNews() {
        guard controlGroups.hasNews(), let policy, places(for: policy) != machine.controlGroups else { return }
        followMachine("cgroups")
    }

    /// Puts the same policy in force for the machine as it is now, in the same epoch.
    mutating func followMachine(_ what: String) {
        do throws(PolicyFailure) {
            guard let policy, let old = tables else { return }
            let indices = machine.checkedIndices
            try refreshMachine(for: policy)
            try followRouting(policy)
            let new = tables(policy, epoch: memory.epoch.current, paths: pathNumbers, on: machine)
            var difference = new.difference(from: old.all)
            // A device that was made anew under its name: some kernels have taken its chain away with the old one.
            if difference.isEmpty, indices != machine.checkedIndices { difference = try enforcer.inspect(new) }
            guard !difference.isEmpty else { return }
            let changes = JSONValue.array(difference.lines.prefix(32).map { .string($0) })
            try record(.applyStarted, ["reason": .string(what), "changes": changes], isUrgent: true)
            var stopwatch = ApplyStopwatch()
            try enforcer.commit(new, staleEpoch: nil, keepsPortal: true, &stopwatch)
            tables = new
            try record(.applied, ["reason": .string(what), "generation": .count(UInt64(enforcer.seenGeneration))])
            log.write(.notice, "\(what) changed: \(difference.lines.joined(separator: "; "))")
            state.take(findings(for: policy))
            try tellFindings()
        } catch {
            fail(error)
        }
    }

    /// Routes into devices follow these; what others did to the rest waits for `inspect`.
    private mutating func followRouting(_ policy: Policy) throws(PolicyFailure) {
        let routing = PathRouter.routing(of: policy.settings, numbers: pathNumbers, on: machine)
        guard try router.drift(from: routing, on: machine).isEmpty, try router.isUnsettled(routing, on: machine) else {
            return
        }
        try router.settle(routing, on: machine)
        log.write(.notice, "routes of paths follow their devices")
        state.take(findings(for: policy))
    }

    /// The earliest moment at which ``deadlineReached(now:)`` has something to do.
    var deadline: MonotonicInstant? {
        [pendingFlows?.deadline, repairDeadline, portal?.deadline, announced.deadline, surveyTimes.next].compactMap {
            $0
        }
        .min()
    }

    mutating func deadlineReached(now: MonotonicInstant) {
        if let pending = pendingFlows, pending.deadline <= now {
            pendingFlows = nil
            if pending.epoch != memory.epoch.current { _ = enforcer.forgetDatagramFlows(epoch: pending.epoch) }
        }
        portalDeadlineReached(now: now)
        if surveyTimes.next <= now { lookAround(now: now) }
        translatorDeadlineReached(now: now)
        if let deadline = repairDeadline, deadline <= now {
            repairDeadline = nil
            do { try repair(now: now) } catch { fail(error) }
        }
    }

    mutating func inspect(commits: [Generation]?, now: MonotonicInstant) throws(PolicyFailure) {
        try inspectPortal(now: now)
        // While a repair waits, what it is for is known; who asks often must not put it off.
        guard policy != nil, repairDeadline == nil else { return }
        // Some kernels take the chain of a device away with it.
        if try hasDeviceNews() { followMachine("devices") }
        guard let tables, let policy else { return }
        var difference = try enforcer.inspect(tables)
        let routing = PathRouter.routing(of: policy.settings, numbers: pathNumbers, on: machine)
        let ofRouting = try router.drift(from: routing, on: machine)
        difference.added += ofRouting.added
        difference.removed += ofRouting.removed
        guard !difference.isEmpty else { return }
        let drift = Drift(seenAt: WallClock.now, difference: difference, commits: commits)
        driftCount += 1
        drifts.append(drift)
        if drifts.count > PolicyKeeper.maximumDrifts { drifts.removeFirst() }
        state.violated("\(drift.committers) changed the table: \(difference.lines[0])", at: drift.seenAt)
        // On the disk with the repair's record: the repair does not wait for the disk.
        try record(.drift, drift.json, isUrgent: true)
        if let later = repairBackOff.delay(now: now) {
            repairDeadline = later
        } else {
            try repair(now: now)
        }
        announce(drifts[drifts.count - 1])
    }

    private mutating func repair(now: MonotonicInstant) throws(PolicyFailure) {
        guard let tables, let policy else { return }
        do {
            var stopwatch = ApplyStopwatch()
            try enforcer.commit(tables, staleEpoch: nil, keepsPortal: true, &stopwatch)
            try router.settle(
                PathRouter.routing(of: policy.settings, numbers: pathNumbers, on: machine), on: machine)
        } catch {
            try record(.repairFailed, ["failure": .string(String(error.description.prefix(1024)))])
            throw error
        }
        let microseconds = MonotonicClock.now.nanoseconds(since: now) / 1000
        if !drifts.isEmpty {
            drifts[drifts.count - 1].repairedAt = WallClock.now
            drifts[drifts.count - 1].repairMicroseconds = microseconds
        }
        state.enforced(findings(for: policy), since: WallClock.now)
        try record(
            .repaired,
            ["generation": .count(UInt64(enforcer.seenGeneration)), "repairMicroseconds": .count(microseconds)])
    }

    private func announce(_ drift: Drift) {
        let what = drift.difference.lines.prefix(3).joined(separator: "; ")
        let outcome = drift.repairMicroseconds.map { "repaired in \($0 / 1000) ms" } ?? "not repaired yet"
        log.write(.warning, "\(drift.committers) changed the table (\(what)): \(outcome)")
    }

    mutating func fail(_ failure: PolicyFailure) {
        log.write(.error, failure.description)
        state.violated(failure.description, at: WallClock.now)
        // Tried again later: nothing else would look.
        repairDeadline = MonotonicClock.now.advanced(bySeconds: RepairBackOff.pauseSeconds)
    }
}
