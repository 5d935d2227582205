internal import CanonicalJSON
package import Cryptography

/// The log as a whole: each line is whole and names the digest of the line before it. A line that was torn by a crash
/// is sealed by the next one, which names its digest; anything else is damage.
package struct AuditChain: Sendable {
    /// Larger logs are not read into memory.
    package static let maximumBytes = 64 << 20

    /// The records, in order.
    package private(set) var lines: [AuditLine] = []
    /// What does not fit, by line number from 1.
    package private(set) var problems: [Problem] = []
    package private(set) var sealedTornLines = 0
    /// Bytes behind the last record that nothing vouches for yet: a line torn by the last crash.
    package private(set) var unsealed: ArraySlice<UInt8>?
    /// Whether the last byte is a line feed; true when empty.
    package let endsWithLineFeed: Bool

    package struct Problem: Equatable, Sendable, CustomStringConvertible {
        package let line: Int
        package let reason: String

        package var description: String { "line \(line): \(reason)" }
    }

    /// Digest of the last record: the head of the chain.
    package var head: SHA256Digest { lines.last?.digest ?? AuditRecord.beginning }

    package var nextSequence: UInt64 { (lines.last?.sequence ?? 0) + 1 }

    package var isWhole: Bool { problems.isEmpty }

    package init(_ bytes: [UInt8]) {
        endsWithLineFeed = bytes.last.map { $0 == UInt8(ascii: "\n") } ?? true
        var number = 0
        for bytes in bytes.split(separator: UInt8(ascii: "\n")) {
            number += 1
            if let line = AuditLine(bytes) {
                take(line, number: number)
            } else {
                if unsealed != nil { problems.append(Problem(line: number - 1, reason: "is no record")) }
                unsealed = bytes
            }
        }
    }

    private mutating func take(_ line: AuditLine, number: Int) {
        if let torn = unsealed {
            unsealed = nil
            if line.seals(torn) {
                sealedTornLines += 1
            } else {
                problems.append(Problem(line: number - 1, reason: "is no record, and the next line does not seal it"))
            }
        }
        if line.previous != head {
            problems.append(Problem(line: number, reason: "does not continue the line before it"))
        } else if line.sequence != nextSequence {
            problems.append(Problem(line: number, reason: "has sequence number \(line.sequence), not \(nextSequence)"))
        }
        lines.append(line)
    }
}

extension AuditLine {
    /// The detail of a record that seals `torn`.
    static func seal(of torn: ArraySlice<UInt8>) -> JSONObject {
        ["bytes": .count(UInt64(torn.count)), "sha256": .string(SHA256.digest(of: torn.span).hexadecimal)]
    }

    fileprivate func seals(_ torn: ArraySlice<UInt8>) -> Bool {
        event == AuditEvent.tornLine.rawValue && record["detail"]?.object == AuditLine.seal(of: torn)
    }
}
