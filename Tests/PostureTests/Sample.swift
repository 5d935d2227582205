import CanonicalJSON
import Cryptography
import NetworkTypes
import Posture

/// A device where everything is as it should be, for tests to spoil.
enum Sample {
    static let now = UTCInstant(milliseconds: 1_800_000_000_000)
    static let digest = SHA256.digest(of: Array("bundle".utf8).span)
    static let otherDigest = SHA256.digest(of: Array("another bundle".utf8).span)
    static let tableDigest = SHA256.digest(of: Array("table".utf8).span)
    static let networkAdministration: UInt64 = 1 << 12

    static func ago(seconds: Int64) -> UTCInstant { UTCInstant(milliseconds: now.milliseconds - seconds * 1000) }

    static var observations: Observations {
        Observations(
            resolver: .answered(resolver()), policy: .answered(policy()),
            kernel: .read(digest: tableDigest, generation: 7), resolverProcess: process(12, user: 990),
            policyProcess: process(11, user: 991, capabilities: networkAdministration),
            nameServerConfiguration: NameServerConfiguration("nameserver 127.0.0.53\n"))
    }

    static func resolver(
        _ change: (inout ResolverObservation) -> Void = { _ in }, answer: ResolverObservation.Answer = answer
    ) -> ResolverObservation {
        var observation = ResolverObservation(
            statistics: [
                "bundleDigest": .string(digest.hexadecimal), "profile": "travel", "profileVersion": 3,
                "degraded": [],
                "upstreams": [
                    ["name": "quad9", "state": "healthy", "asked": 10, "answered": 9, "failed": 1]
                ],
            ], question: "0123.example.org", outcome: .answer(answer))
        change(&observation)
        return observation
    }

    static let answer = ResolverObservation.Answer([
        "rcode": "NXDOMAIN", "fromCache": false, "upstream": "quad9", "milliseconds": 12.5,
    ])

    static func policy(_ change: (inout JSONObject) -> Void = { _ in }) -> PolicyObservation {
        var reply: JSONObject = [
            "state": "enforced", "reasons": [], "since": .string(ago(seconds: 90).description),
            "observedAt": .string(now.description), "bundleDigest": .string(digest.hexadecimal),
            "tableDigest": .string(tableDigest.hexadecimal), "generation": 7, "driftCount": 0,
        ]
        change(&reply)
        return PolicyObservation(reply)
    }

    static func process(
        _ identifier: Int32, user: UInt32, capabilities: UInt64 = 0, startedAgo seconds: Int64 = 60
    ) -> ProcessObservation {
        ProcessObservation(
            process: identifier, user: user, permitted: capabilities, effective: capabilities, inheritable: 0,
            ambient: 0, bounding: capabilities, hasNoNewPrivileges: true, seccompMode: 2,
            startedAt: ago(seconds: seconds))
    }
}

extension PostureDocument {
    /// Of the sample, spoilt by `change`.
    static func after(
        earlier: [SignalName: EarlierSignal] = [:], _ change: (inout Observations) -> Void = { _ in }
    ) -> PostureDocument {
        var observations = Sample.observations
        change(&observations)
        return PostureDocument(observations, at: Sample.now, earlier: earlier)
    }

    func signal(_ name: SignalName) -> Signal {
        guard let signal = signals.first(where: { $0.name == name }) else { fatalError("no signal \(name)") }
        return signal
    }
}
