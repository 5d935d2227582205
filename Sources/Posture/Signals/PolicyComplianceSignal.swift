internal import CanonicalJSON
internal import Cryptography

/// `policy-compliance`: the kernel holds the table that the bundle compiles to.
enum PolicyComplianceSignal {
    static func judge(_ observations: Observations) -> Judgement {
        switch observations.policy {
        case .silent(let reason):
            .unknown(
                "`enigm-policyd` does not answer: \(reason)" + standing(observations.kernel),
                method: method(observations.kernel), evidence: evidence(observations))
        case .answered(let policy): judge(policy, observations)
        }
    }

    private static func judge(_ policy: PolicyObservation, _ observations: Observations) -> Judgement {
        var judgement = Judgement(
            confirmation: confirmation(policy), method: method(observations.kernel),
            evidence: evidence(observations))
        judgement.observedAt = policy.observedAt
        if policy.value != .enforced { judgement.find(policy.value, reason(policy)) }
        let contradiction = contradiction(policy, observations.kernel)
        if let contradiction { judgement.find(.violated, contradiction) }
        if let disagreement = observations.disagreement { judgement.find(.degraded, disagreement) }
        // The daemon knows since when for its own verdict only.
        if judgement.value == policy.value, contradiction == nil { judgement.knownSince = policy.since }
        return judgement
    }

    private static func reason(_ policy: PolicyObservation) -> String {
        policy.reasons.isEmpty ? "`enigm-policyd` reports `\(policy.value)`" : policy.reasons.joined(separator: "; ")
    }

    private static func confirmation(_ policy: PolicyObservation) -> String {
        let repair = policy.lastRepair.map { "; \($0)" } ?? ""
        let devices = policy.checkedDevices.map { "`\($0)`" }.joined(separator: ", ")
        let wires = devices.isEmpty ? "" : "; the wires of \(devices) are checked"
        return "the kernel holds the bundle's table, generation \(policy.generation)\(wires)\(repair)"
    }

    /// What this program read and the daemon's word do not go together.
    private static func contradiction(_ policy: PolicyObservation, _ kernel: KernelObservation) -> String? {
        switch kernel {
        case .read(let digest, _) where digest != policy.tableDigest:
            "the kernel's table is not the one that `enigm-policyd` reports"
        case .tableAbsent where policy.tableDigest != nil:
            "the kernel holds no table `inet enigm`, though `enigm-policyd` reports one"
        default: nil
        }
    }

    /// What is in the kernel while nobody says what should be.
    private static func standing(_ kernel: KernelObservation) -> String {
        switch kernel {
        case .read: "; the kernel holds a table `inet enigm` that nobody watches"
        case .tableAbsent: "; the kernel holds no table `inet enigm`"
        case .notPermitted, .otherNamespace, .failed: ""
        }
    }

    private static func method(_ kernel: KernelObservation) -> String {
        switch kernel {
        case .read, .tableAbsent:
            "enigm-policyd read the kernel's table and compared it with the bundle's; this program read it too"
        case .notPermitted, .otherNamespace, .failed:
            "enigm-policyd read the kernel's table and compared it with the bundle's"
        }
    }

    private static func evidence(_ observations: Observations) -> JSONValue {
        var object: JSONObject = [
            "kernel": observations.kernel.json,
            "resolver-digest": observations.resolver.answer?.bundleDigest.map { .string($0.hexadecimal) } ?? .null,
        ]
        switch observations.policy {
        case .answered(let policy): object["policy"] = .object(policy.reply)
        case .silent(let reason): object["silent"] = .string(reason)
        }
        return .object(object)
    }
}
