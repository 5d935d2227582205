internal import Bundle
internal import CanonicalJSON
internal import Cryptography
internal import Ruleset
internal import ServiceHost

/// What applying a bundle would do.
struct PolicyPlan {
    let profile: ProfileIdentity
    let digest: SHA256Digest
    let difference: TableDifference
    /// Why the kernel would refuse it; nil when it would take it.
    let refusal: String?
    /// What this machine lacks of what the bundle needs, now.
    let findings: [Finding]

    /// Lines of a difference in one reply; more are counted.
    private static let maximumLines = 2000

    var parameters: JSONObject {
        var object: JSONObject = [
            "bundleDigest": .string(digest.hexadecimal), "profile": .string(profile.name),
            "profileVersion": .count(profile.version), "changed": .bool(!difference.isEmpty),
            "added": PolicyPlan.lines(difference.added), "removed": PolicyPlan.lines(difference.removed),
            "moved": PolicyPlan.lines(difference.moved),
            "changeCount": .count(UInt64(difference.lines.count)), "findings": .array(findings.map(\.json)),
        ]
        object["refusal"] = refusal.map { .string($0) }
        return object
    }

    private static func lines(_ lines: [String]) -> JSONValue {
        .array(lines.prefix(maximumLines / 3).map { .string(String($0.prefix(400))) })
    }
}
