package import CanonicalJSON
package import Cryptography
package import NetworkTypes

/// What `enigm-policyd` saw in the kernel when it was asked.
package struct PolicyObservation: Equatable, Sendable {
    /// Its own verdict: `unknown` for a word that this version does not know.
    package var value: SignalValue
    package var reasons: [String]
    /// What it found wrong with how names are looked up on this machine.
    package var nameFindings: [NameFinding]
    package var since: UTCInstant?
    package var observedAt: UTCInstant?
    package var bundleDigest: SHA256Digest?
    /// Of the canonical form of the table that the kernel holds; nil when it holds none.
    package var tableDigest: SHA256Digest?
    package var generation: Int64
    /// Those of which it is checked, too, what is written to them past the main table.
    package var checkedDevices: [String]
    package var driftCount: Int64
    /// Whose portal is open, and for how long still; nil while it is closed.
    package var openPortal: OpenPortal?

    package struct NameFinding: Equatable, Sendable {
        /// Of a word that this version does not know, `unknown`.
        package var value: SignalValue
        package var line: String

        /// Nil for one that is not about names.
        init?(_ json: JSONValue) {
            guard let object = json.object, object["concern"]?.string == "names" else { return nil }
            value = object["weight"]?.string.flatMap(SignalValue.init) ?? .unknown
            line = "\(object["where"]?.string ?? "?"): \(object["what"]?.string ?? "?")"
        }
    }

    package struct OpenPortal: Equatable, Sendable {
        package var subject: String
        package var secondsLeft: Int64
    }

    /// The reply as it came: the evidence.
    package let reply: JSONObject

    /// From the reply of `Status` of `io.enigm.policy`.
    package init(_ reply: JSONObject) {
        self.reply = reply
        value = reply["state"]?.string.flatMap(SignalValue.init) ?? .unknown
        reasons = (reply["reasons"]?.array ?? []).compactMap(\.string)
        nameFindings = (reply["findings"]?.array ?? []).compactMap { NameFinding($0) }
        since = reply["since"]?.string.flatMap(UTCInstant.init(rfc3339:))
        observedAt = reply["observedAt"]?.string.flatMap(UTCInstant.init(rfc3339:))
        bundleDigest = reply["bundleDigest"]?.string.flatMap { SHA256Digest(hexadecimal: $0) }
        tableDigest = reply["tableDigest"]?.string.flatMap { SHA256Digest(hexadecimal: $0) }
        checkedDevices = (reply["checkedDevices"]?.array ?? []).compactMap(\.string)
        generation = reply["generation"]?.integer ?? 0
        driftCount = reply["driftCount"]?.integer ?? 0
        if let portal = reply["openPortal"]?.object, let subject = portal["subject"]?.string {
            openPortal = OpenPortal(subject: subject, secondsLeft: portal["secondsLeft"]?.integer ?? 0)
        }
    }

    /// When the last foreign change was seen and undone, in words; nil when there was none.
    var lastRepair: String? {
        guard let drift = reply["lastDrift"]?.object, let repairedAt = drift["repairedAt"]?.string else { return nil }
        let committer = drift["by"]?.array?.last?.object?["command"]?.string.map { " by `\($0)`" } ?? ""
        return "a change\(committer) was undone at \(repairedAt)"
    }
}
