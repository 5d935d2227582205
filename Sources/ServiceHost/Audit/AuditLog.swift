package import CanonicalJSON
package import Cryptography
package import LinuxIO

/// Writes the audit log: a file of the state directory that only grows, and is put aside when it is full; the chain
/// goes on in the next. A crash at any moment leaves whole lines and at most one torn one at the end, which the next
/// start seals.
package struct AuditLog: ~Copyable {
    /// A file is put aside before it grows larger. A start reads one of them.
    package static let maximumFileBytes = 1 << 20
    /// So many files are kept beside the one that is written; then the oldest is given up.
    package static let maximumFiles = 256

    /// Where the next record goes on.
    private var end: AuditChain.Link
    private var file: AppendFile
    private var byteCount: Int
    private let files: AuditFiles
    private let fileLimitBytes: Int
    private let fileLimit: Int
    /// What was wrong with the log when it was opened; one line each.
    package let problems: [String]

    /// Digest of the last line.
    package var head: SHA256Digest { end.head }

    /// Reads what is there, seals a torn end, and goes on from there.
    package init(
        stateDirectory: String, fileLimitBytes: Int = AuditLog.maximumFileBytes, fileLimit: Int = AuditLog.maximumFiles
    ) throws(HostFailure) {
        self = try AuditLog.opened(AuditFiles(stateDirectory: stateDirectory), fileLimitBytes, fileLimit)
    }

    private static func opened(
        _ files: AuditFiles, _ fileLimitBytes: Int, _ fileLimit: Int
    ) throws(HostFailure) -> AuditLog {
        let current = try files.read(AuditFiles.currentName)
        let chain = AuditChain(
            [AuditChain.File(name: AuditFiles.currentName, bytes: current)], from: try files.endOfClosed())
        var log = AuditLog(
            chain, files, file: try files.open(), byteCount: current.count, fileLimitBytes, fileLimit)
        try log.seal(chain)
        return log
    }

    private init(
        _ chain: AuditChain, _ files: AuditFiles, file: consuming AppendFile, byteCount: Int, _ fileLimitBytes: Int,
        _ fileLimit: Int
    ) {
        end = chain.end
        problems = chain.problems.map(\.description)
        self.files = files
        self.file = file
        self.byteCount = byteCount
        self.fileLimitBytes = fileLimitBytes
        self.fileLimit = fileLimit
    }

    private mutating func seal(_ chain: AuditChain) throws(HostFailure) {
        do {
            if !chain.endsWithLineFeed { try append([UInt8(ascii: "\n")]) }
            // Beside what it seals.
            if let torn = chain.unsealed { try write(.tornLine, AuditLine.seal(of: torn)) }
            try synchronise()
        } catch {
            throw .system(error)
        }
    }

    /// Appends a record. It is on the disk when this returns, unless `isUrgent`: then with the next one that is not,
    /// or with ``synchronise()``.
    package mutating func record(
        _ event: AuditEvent, _ detail: JSONObject, isUrgent: Bool = false
    ) throws(SystemError) {
        if byteCount + AuditRecord.maximumLineBytes > fileLimitBytes, byteCount > 0 { try putAside() }
        try write(event, detail)
        if !isUrgent { try synchronise() }
    }

    /// Returns when every record is on the disk.
    package func synchronise() throws(SystemError) { try file.synchronise() }

    private mutating func write(_ event: AuditEvent, _ detail: JSONObject) throws(SystemError) {
        let record = AuditRecord(
            sequence: end.nextSequence, time: WallClock.now, event: event, detail: detail, previous: end.head)
        let line = record.line
        precondition(line.count <= AuditRecord.maximumLineBytes, "a record is bounded")
        try append(line + [UInt8(ascii: "\n")])
        end = AuditChain.Link(head: SHA256.digest(of: line.span), nextSequence: end.nextSequence + 1)
    }

    private mutating func append(_ bytes: [UInt8]) throws(SystemError) {
        try file.append(bytes.span)
        byteCount += bytes.count
    }

    /// Begins a new file. A crash between leaves none with the current name: the next start makes it.
    private mutating func putAside() throws(SystemError) {
        try synchronise()
        try files.putAside()
        file = try files.openCurrent()
        byteCount = 0
        while let givenUp = try files.giveUpOldest(beyond: fileLimit) {
            try write(.givenUp, AuditLine.surrender(before: givenUp))
        }
    }
}
