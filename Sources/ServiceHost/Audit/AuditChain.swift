internal import CanonicalJSON
package import Cryptography

/// The log as a whole, from its oldest file to its newest: each line is whole and names the digest of the line before
/// it, over the ends of files too. A line that was torn by a crash is sealed by the next one, which names its digest;
/// anything else is damage.
package struct AuditChain: Sendable {
    /// One file of the log.
    package struct File: Sendable {
        package let name: String
        package let bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// Where a chain goes on.
    package struct Link: Equatable, Sendable {
        /// Digest of the last record.
        package let head: SHA256Digest
        package let nextSequence: UInt64

        package static let beginning = Link(head: AuditRecord.beginning, nextSequence: 1)
    }

    /// The records, in order.
    package private(set) var lines: [AuditLine] = []
    /// What does not fit, by line number from 1.
    package private(set) var problems: [Problem] = []
    package private(set) var sealedTornLines = 0
    /// Bytes behind the last record that nothing vouches for yet: a line torn by the last crash.
    package private(set) var unsealed: ArraySlice<UInt8>?
    /// Whether the last byte is a line feed; true when empty.
    package private(set) var endsWithLineFeed = true
    private let start: Link

    package struct Problem: Equatable, Sendable, CustomStringConvertible {
        package let file: String
        package let line: Int
        package let reason: String

        package var description: String { "`\(file)`, line \(line): \(reason)" }
    }

    /// Where the next record goes on.
    package var end: Link {
        lines.last.map { Link(head: $0.digest, nextSequence: $0.sequence + 1) } ?? start
    }

    /// Digest of the last record: the head of the chain.
    package var head: SHA256Digest { end.head }

    package var isWhole: Bool { problems.isEmpty }

    /// `files` from the oldest to the newest. Without `start`, the chain begins with its first record, and that older
    /// ones were given up is a problem unless a record says so.
    package init(_ files: [File], from start: Link? = nil) {
        var first: Link?
        if start == nil, let oldest = files.lazy.flatMap({ AuditChain.records(in: $0.bytes) }).first {
            first = Link(head: oldest.previous, nextSequence: oldest.sequence)
        }
        self.start = start ?? first ?? .beginning
        for file in files { take(file) }
        if let first, first != .beginning, !lines.contains(where: { $0.givesUp(before: first) }), let file = files.first
        {
            let reason = "begins with record \(first.nextSequence), and no record says that older ones were given up"
            problems.insert(Problem(file: file.name, line: 1, reason: reason), at: 0)
        }
    }

    private static func records(in bytes: [UInt8]) -> some Sequence<AuditLine> {
        bytes.split(separator: UInt8(ascii: "\n")).lazy.compactMap { AuditLine($0) }
    }

    private mutating func take(_ file: File) {
        if let last = file.bytes.last { endsWithLineFeed = last == UInt8(ascii: "\n") }
        var number = 0
        for bytes in file.bytes.split(separator: UInt8(ascii: "\n")) {
            number += 1
            if let line = AuditLine(bytes) {
                take(line) { Problem(file: file.name, line: number + $0, reason: $1) }
            } else {
                if unsealed != nil {
                    problems.append(Problem(file: file.name, line: number - 1, reason: "is no record"))
                }
                unsealed = bytes
            }
        }
    }

    /// `problem` makes one of this line, or of one so many lines away.
    private mutating func take(_ line: AuditLine, _ problem: (Int, String) -> Problem) {
        if let torn = unsealed {
            unsealed = nil
            if line.seals(torn) {
                sealedTornLines += 1
            } else {
                problems.append(problem(-1, "is no record, and the next line does not seal it"))
            }
        }
        let expected = end
        if line.previous != expected.head {
            problems.append(problem(0, "does not continue the line before it"))
        } else if line.sequence != expected.nextSequence {
            problems.append(problem(0, "has sequence number \(line.sequence), not \(expected.nextSequence)"))
        }
        lines.append(line)
    }
}

extension AuditLine {
    /// The detail of a record that seals `torn`.
    static func seal(of torn: ArraySlice<UInt8>) -> JSONObject {
        ["bytes": .count(UInt64(torn.count)), "sha256": .string(SHA256.digest(of: torn.span).hexadecimal)]
    }

    /// The detail of a record that says that the ones before `link` are no longer kept.
    static func surrender(before link: AuditChain.Link) -> JSONObject {
        ["through": .count(link.nextSequence - 1), "head": .string(link.head.hexadecimal)]
    }

    fileprivate func givesUp(before link: AuditChain.Link) -> Bool {
        event == AuditEvent.givenUp.rawValue && record["detail"]?.object == AuditLine.surrender(before: link)
    }

    fileprivate func seals(_ torn: ArraySlice<UInt8>) -> Bool {
        event == AuditEvent.tornLine.rawValue && record["detail"]?.object == AuditLine.seal(of: torn)
    }
}
