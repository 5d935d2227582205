package import CanonicalJSON
package import Cryptography
package import LinuxIO

/// Writes the audit log: a file of the state directory that only grows. A crash at any moment leaves whole lines and
/// at most one torn one at the end, which the next start seals.
package struct AuditLog: ~Copyable {
    package static let fileName = "audit.log"

    /// Digest of the last line.
    package private(set) var head: SHA256Digest
    private var nextSequence: UInt64
    private let file: AppendFile
    /// What was wrong with the log when it was opened; one line each.
    package let problems: [String]

    /// Reads what is there, seals a torn end, and goes on from there.
    package init(stateDirectory: String) throws(HostFailure) {
        self = try AuditLog.opened("\(stateDirectory)/\(AuditLog.fileName)")
    }

    private init(_ chain: AuditChain, file: consuming AppendFile) {
        head = chain.head
        nextSequence = chain.nextSequence
        problems = chain.problems.map(\.description)
        self.file = file
    }

    private static func opened(_ path: String) throws(HostFailure) -> AuditLog {
        let chain = AuditChain(try AuditLog.contents(path))
        var log = AuditLog(chain, file: try AuditLog.open(path))
        try log.seal(chain)
        return log
    }

    private mutating func seal(_ chain: AuditChain) throws(HostFailure) {
        do {
            if !chain.endsWithLineFeed { try file.append([UInt8(ascii: "\n")].span) }
            if let torn = chain.unsealed { try record(.tornLine, AuditLine.seal(of: torn)) }
        } catch {
            throw .system(error)
        }
    }

    private static func open(_ path: String) throws(HostFailure) -> AppendFile {
        do { return try AppendFile(path, mode: 0o600) } catch { throw .directory(error) }
    }

    /// Appends a record. It is on the disk when this returns, unless `isUrgent`: then with the next one that is not,
    /// or with ``synchronise()``.
    package mutating func record(
        _ event: AuditEvent, _ detail: JSONObject, isUrgent: Bool = false
    ) throws(SystemError) {
        let record = AuditRecord(
            sequence: nextSequence, time: WallClock.now, event: event, detail: detail, previous: head)
        let line = record.line
        precondition(line.count <= AuditRecord.maximumLineBytes, "a record is bounded")
        try file.append((line + [UInt8(ascii: "\n")]).span)
        head = SHA256.digest(of: line.span)
        nextSequence += 1
        if !isUrgent { try synchronise() }
    }

    /// Returns when every record is on the disk.
    package func synchronise() throws(SystemError) { try file.synchronise() }

    /// The bytes of a log; none when there is no log yet.
    package static func contents(_ path: String) throws(HostFailure) -> [UInt8] {
        do {
            return try FileContents.read(path, limitBytes: AuditChain.maximumBytes)
        } catch .system(let error) where error.isNotFound {
            return []
        } catch .tooLarge {
            throw .stateUnreadable(path: path)
        } catch {
            throw .bundleUnreadable(error)
        }
    }
}
