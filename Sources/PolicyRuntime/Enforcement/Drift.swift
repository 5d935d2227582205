internal import CanonicalJSON
internal import NetfilterBackend
internal import NetworkTypes
internal import Ruleset
internal import ServiceHost

/// One time when the kernel no longer held what the policy says.
struct Drift {
    /// More differences and committers than these are counted, not listed.
    private static let maximumListed = 16

    let seenAt: UTCInstant
    let difference: TableDifference
    /// Who committed since the table was last seen whole; nil when events were lost.
    let commits: [Generation]?
    /// Nil while it is not repaired.
    var repairedAt: UTCInstant?
    /// From the news of the change to the confirmed repair.
    var repairMicroseconds: UInt64?

    /// ``nft (process 123)``, each once.
    var committers: String {
        guard let commits, !commits.isEmpty else { return "an unknown program" }
        var names: [String] = []
        for commit in commits {
            let name = "\(commit.command ?? "a program")" + (commit.process.map { " (process \($0))" } ?? "")
            if !names.contains(name) { names.append(name) }
        }
        return names.prefix(4).joined(separator: ", ")
    }

    var json: JSONObject {
        var object: JSONObject = [
            "seenAt": .string(seenAt.description),
            "changes": .array(difference.lines.prefix(Drift.maximumListed).map { .string(String($0.prefix(512))) }),
            "changeCount": .count(UInt64(difference.lines.count)),
            "by": .array((commits ?? []).suffix(Drift.maximumListed).map { .object($0.json) }),
        ]
        object["repairedAt"] = repairedAt.map { .string($0.description) }
        object["repairMicroseconds"] = repairMicroseconds.map { .count($0) }
        return object
    }
}

extension Generation {
    fileprivate var json: JSONObject {
        var object: JSONObject = ["generation": .count(UInt64(identifier))]
        object["process"] = process.map { .count(UInt64($0)) }
        object["command"] = command.map { .string($0) }
        return object
    }
}
