internal import Bundle
internal import CanonicalJSON
internal import LinuxIO
internal import NetfilterBackend
internal import NetworkTypes
internal import Ruleset
internal import ServiceHost

// What this machine lacks of what a profile needs.
extension PolicyKeeper {
    /// A file of the machine has changed.
    mutating func takeFileNews(now: MonotonicInstant) {
        if survey.hasNews() { surveyTimes.hasten(now: now) }
    }

    /// For a caller who wants to know how it stands now; not more often than may be.
    mutating func lookAroundIfDue(now: MonotonicInstant) {
        if surveyTimes.earliest <= now { lookAround(now: now) }
    }

    /// Looks at everything around the tables again, and tells what has come and gone.
    mutating func lookAround(now: MonotonicInstant) {
        guard let policy else { return surveyTimes.looked(from: now, to: now) }
        surveyMachine(for: policy)
        state.take(findings(for: policy))
        do { try tellFindings() } catch { fail(error) }
        surveyTimes.looked(from: now, to: MonotonicClock.now)
    }

    /// Looks at everything around the tables that a policy depends on.
    mutating func surveyMachine(for policy: Policy) {
        do { foreignTables = try enforcer.foreignTables() } catch {
            // Our own tables are looked after elsewhere; what was read last stays.
            log.write(.error, "cannot look at other programs' tables: \(error)")
        }
        surroundings = survey.findings(for: policy, foreignTables)
    }

    /// Of the policy in force, with its surroundings as they were last seen.
    func findings(for policy: Policy) -> [Finding] {
        unknownNames + ownFindings(policy, on: machine) + surroundings
    }

    /// Of a policy that may come into force.
    func prospects(of policy: Policy, on machine: Machine) -> [Finding] {
        machine.unknownNames(in: policy.settings.template) + ownFindings(policy, on: machine)
            + survey.findings(for: policy, foreignTables)
    }

    private func ownFindings(_ policy: Policy, on machine: Machine) -> [Finding] {
        KernelFeature.allCases.filter { !enforcer.features.contains($0) }.map(\.absence)
            + (PortReservations.ofKernel?.findings(policy.settings.guardedPorts) ?? [])
            + controlGroupFindings(policy) + routingFindings(policy) + forwardingFindings(policy, on: machine)
            + translatorFindings(policy, on: machine)
    }

    /// The log and the audit log hear what is new and what is gone.
    mutating func tellFindings() throws(PolicyFailure) {
        let (found, told) = (state.findings, toldFindings)
        let appeared = found.filter { finding in !told.contains { finding.isStill($0) } }
        let vanished = told.filter { finding in !found.contains { finding.isStill($0) } }
        guard !appeared.isEmpty || !vanished.isEmpty else { return }
        toldFindings = found
        for finding in appeared { log.write(.warning, "\(finding.weight.rawValue): \(finding.line)") }
        for finding in vanished { log.write(.notice, "no longer: \(finding.line)") }
        try record(
            .findings,
            [
                "appeared": PolicyKeeper.lines(appeared), "vanished": PolicyKeeper.lines(vanished),
                "count": .count(UInt64(found.count)),
            ])
    }

    /// In one record of the audit log; more are counted.
    private static let maximumLines = 16

    private static func lines(_ findings: [Finding]) -> JSONValue {
        .array(findings.prefix(maximumLines).map { .string(String($0.line.prefix(256))) })
    }

    private func forwardingFindings(_ policy: Policy, on machine: Machine) -> [Finding] {
        let containers = policy.settings.containerDevices
        guard !containers.isEmpty else { return [] }
        let tunnels = policy.pathDevices
        return machine.devices.filter { containers.contains($0.name) }.flatMap { device in
            Forwarding(from: device)?.findings(device.name, byTunnels: !tunnels.isEmpty) ?? []
        } + tunnels.sorted().compactMap { Forwarding.finding(answersBy: $0) }
    }

    private func routingFindings(_ policy: Policy) -> [Finding] {
        router.problems.map(\.finding)
            + policy.pathDevices.sorted().compactMap { device in
                ReversePathFilter(ofDevice: device)?.finding(device)
            }
    }

    private func controlGroupFindings(_ policy: Policy) -> [Finding] {
        let asksForUnits = policy.settings.template.controlGroups != [.resolverCgroups]
        let remedy = "mount the unified hierarchy (cgroup2), and have a kernel that can ask for it"
        var findings: [Finding] = []
        if controlGroups.knowsResolver, !controlGroups.isMounted {
            findings.append(
                Finding(
                    "the hierarchy is not mounted: the listener on the resolver's port is not checked",
                    at: "control groups", remedy: remedy, concern: .names))
        }
        if asksForUnits, !controlGroups.isMounted || !enforcer.features.contains(.cgroup) {
            findings.append(
                Finding(
                    "those of units and slices cannot be asked for here: nothing matches them", at: "control groups",
                    remedy: remedy))
        }
        return findings
    }
}
