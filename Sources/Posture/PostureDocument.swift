package import CanonicalJSON
package import Cryptography
package import NetworkTypes

/// The posture of a device: signals, and what they do not say. A pure function of observations, an earlier document
/// and the time.
package struct PostureDocument: Equatable, Sendable {
    package static let schema = "enigm.posture/1"

    package let observedAt: UTCInstant
    /// The one bundle in force; nil when no daemon answers, and when the two run different ones.
    package let bundleDigest: SHA256Digest?
    /// One of each name, in the order of ``SignalName``.
    package let signals: [Signal]
    /// What was not observed, one line each.
    package let limits: [String]

    package init(
        _ observations: Observations, at now: UTCInstant, earlier: [SignalName: EarlierSignal] = [:]
    ) {
        observedAt = now
        bundleDigest = observations.commonDigest
        signals = SignalName.allCases.map { name in
            PostureDocument.judge(name, observations).signal(name, at: now, earlier: earlier[name])
        }
        limits = Limits.lines(observations)
    }

    package var isEnforced: Bool { signals.allSatisfy { $0.value == .enforced } }

    package var json: JSONValue {
        [
            "schema": .string(PostureDocument.schema), "observed-at": .string(observedAt.description),
            "bundle-digest": bundleDigest.map { .string($0.hexadecimal) } ?? .null,
            "signals": .array(signals.map(\.json)), "limits": .array(limits.map { .string($0) }),
        ]
    }

    /// What the evidence digests are digests of, by signal.
    package var evidence: JSONValue {
        .object(JSONObject(signals.map { ($0.name.rawValue, $0.evidence) }))
    }

    private static func judge(_ name: SignalName, _ observations: Observations) -> Judgement {
        switch name {
        case .secureNameResolution: NameResolutionSignal.judge(observations)
        case .policyCompliance: PolicyComplianceSignal.judge(observations)
        case .securityService: SecurityServiceSignal.judge(observations)
        }
    }
}
