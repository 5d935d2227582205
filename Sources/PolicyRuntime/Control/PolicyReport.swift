internal import Bundle
internal import CanonicalJSON
internal import Cryptography
internal import LinuxIO
internal import NetfilterBackend
internal import NetworkTypes
internal import Ruleset
internal import ServiceHost

// The replies of the control interface.
extension PolicyKeeper {
    /// The parameters of `Status`: what was seen in the kernel at that moment.
    var report: JSONObject {
        var object: JSONObject = [
            "state": .string(state.value.rawValue), "reasons": .array(state.reasons.map { .string($0) }),
            "findings": .array(state.findings.map(\.json)),
            "since": .string(state.since.description), "observedAt": .string(WallClock.now.description),
            "epoch": .integer(Int64(memory.epoch.current)), "generation": .count(UInt64(enforcer.seenGeneration)),
            "isOwned": .bool(enforcer.ownership == .ownedAndPersistent), "kernel": kernel,
            "checksStubListener": .bool(machine.controlGroups[.resolverCgroups] != nil),
            "devices": .array(machine.physicalDevices.map { .string($0) }),
            "checkedDevices": .array(machine.checkedDevices.map { .string($0.name) }),
            "driftCount": .count(driftCount), "auditHead": .string(audit.head.hexadecimal),
            "process": .integer(Int64(Environment.processIdentifier)),
        ]
        if let policy {
            object["bundleDigest"] = .string(policy.digest.hexadecimal)
            object["profile"] = .string(policy.profile.name)
            object["profileVersion"] = .count(policy.profile.version)
        }
        if let standing = try? enforcer.standingTables(),
            standing.contains(where: { $0.family == EnforcedTables.family })
        {
            object["tableDigest"] = .string(EnforcedTables.digest(of: standing).hexadecimal)
        }
        object["resolver"] = state.resolver.map { .string($0.word) }
        object["openPortal"] = portal.map { portal in
            [
                "subject": .string(portal.subject),
                "secondsLeft": .count(OpenPortal.secondsLeft(until: portal.deadline)),
            ]
        }
        object["lastDrift"] = drifts.last.map { .object($0.json) }
        return object
    }

    /// Whether the kernel has each feature.
    private var kernel: JSONValue {
        .object(
            JSONObject(KernelFeature.allCases.map { ($0.rawValue, .bool(enforcer.features.contains($0))) }))
    }

    /// The parameters of `ListDrifts`, the newest first.
    var driftReport: JSONObject {
        ["drifts": .array(drifts.reversed().map { .object($0.json) }), "count": .count(driftCount)]
    }
}
