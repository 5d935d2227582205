package import CanonicalJSON
package import Cryptography
package import NetworkTypes

/// One statement about the device: what was seen, since when, when, how, and the evidence that it rests on.
package struct Signal: Equatable, Sendable {
    package let name: SignalName
    package let value: SignalValue
    /// One line for a person; of several causes, joined by semicolons.
    package let reason: String
    /// Since when it is known to have this value: the observed process tells, else the first observation.
    package let since: UTCInstant
    package let observedAt: UTCInstant
    /// How it was observed, in one line.
    package let method: String
    /// Everything that the value was derived from.
    package let evidence: JSONValue

    /// SHA-256 of the evidence in canonical JSON (RFC 8785).
    package var evidenceDigest: SHA256Digest {
        SHA256.digest(of: CanonicalJSONWriter.bytes(of: evidence).span)
    }

    package var json: JSONValue {
        [
            "name": .string(name.rawValue), "value": .string(value.rawValue), "reason": .string(reason),
            "since": .string(since.description), "observed-at": .string(observedAt.description),
            "method": .string(method), "evidence-digest": .string(evidenceDigest.hexadecimal),
        ]
    }
}
