package import CanonicalJSON
package import Cryptography
package import NetworkTypes

/// One line of the audit log: what happened, when, and the digest of the line before it.
package struct AuditRecord: Equatable, Sendable {
    package static let schema = "enigm.audit/1"
    /// Far above any record; a longer line is damage.
    package static let maximumLineBytes = 64 * 1024
    /// What the first line names as the line before it.
    package static let beginning: SHA256Digest = {
        guard let digest = SHA256Digest(Array(repeating: 0, count: SHA256Digest.byteCount)) else {
            preconditionFailure("a digest has that many bytes")
        }
        return digest
    }()

    /// Counts from 1.
    package var sequence: UInt64
    package var time: UTCInstant
    package var event: AuditEvent
    package var detail: JSONObject
    package var previous: SHA256Digest

    /// The line, in canonical JSON, without its line feed.
    package var line: [UInt8] {
        CanonicalJSONWriter.bytes(of: [
            "schema": .string(AuditRecord.schema), "sequence": .count(sequence), "time": .string(time.description),
            "event": .string(event.rawValue), "detail": .object(detail), "previous": .string(previous.hexadecimal),
        ])
    }
}

/// What is recorded: changes of what is enforced, and what was refused.
package enum AuditEvent: String, Sendable, CaseIterable {
    case started
    case stopped
    /// A table is about to be committed.
    case applyStarted = "apply-started"
    /// It was committed and read back.
    case applied
    /// It was not: what was in force stays.
    case applyFailed = "apply-failed"
    /// A bundle was not accepted.
    case refused
    /// A table that an earlier run of the daemon left is the one that is wanted.
    case adopted
    /// The kernel does not hold what the bundle says.
    case drift
    case repaired
    case repairFailed = "repair-failed"
    /// What this machine lacks of what the profile needs has changed.
    case findings
    /// Somebody opened the way through a captive portal.
    case portalOpened = "portal-opened"
    /// By somebody, or by itself.
    case portalClosed = "portal-closed"
    /// The daemon died while it wrote the line before this one.
    case tornLine = "torn-line"
    /// The oldest file of the log was removed to make room.
    case givenUp = "given-up"
}

/// A line as it is read back.
package struct AuditLine: Sendable {
    package var record: JSONObject
    package var sequence: UInt64
    package var event: String
    package var previous: SHA256Digest
    package var digest: SHA256Digest

    /// Nil unless the line is a record in canonical form: every record has exactly one spelling.
    package init?(_ bytes: ArraySlice<UInt8>) {
        var isCanonical = false
        guard
            let value = try? JSONReader.read(
                bytes.span, maximumBytes: AuditRecord.maximumLineBytes, isCanonical: &isCanonical),
            isCanonical, case .object(let record) = value,
            record["schema"]?.string == AuditRecord.schema, let event = record["event"]?.string,
            let sequence = record["sequence"]?.integer, sequence > 0,
            let previous = record["previous"]?.string.flatMap({ SHA256Digest(hexadecimal: $0) })
        else { return nil }
        self.record = record
        self.sequence = UInt64(sequence)
        self.event = event
        self.previous = previous
        digest = SHA256.digest(of: bytes.span)
    }
}
