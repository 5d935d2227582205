internal import Cryptography
internal import LinuxIO

/// The files of an audit log: `audit.log`, which is written, and the full ones, `audit-00000001.log` and so on.
package struct AuditFiles: Sendable {
    package static let currentName = "audit.log"
    private static let digits = 8
    /// Room for a record beyond the limit of a file; anything larger was not written by us.
    private static let maximumBytes = 2 * AuditLog.maximumFileBytes

    private let directory: String

    package init(stateDirectory: String) { directory = stateDirectory }

    /// From the oldest to the newest. None when there is no log.
    package func all() throws(HostFailure) -> [AuditChain.File] {
        var files: [AuditChain.File] = []
        for name in closedNames + (FileContents.exists(path(AuditFiles.currentName)) ? [AuditFiles.currentName] : []) {
            files.append(AuditChain.File(name: name, bytes: try read(name)))
        }
        return files
    }

    /// The bytes of a file; none when there is no such file.
    func read(_ name: String) throws(HostFailure) -> [UInt8] {
        do {
            return try FileContents.read(path(name), limitBytes: AuditFiles.maximumBytes)
        } catch .system(let error) where error.isNotFound {
            return []
        } catch .system(let error) {
            throw .directory(error)
        } catch {
            throw .stateUnreadable(path: path(name))
        }
    }

    /// Where the file that is written goes on; nil when it is not known, `beginning` when it is the first.
    func endOfClosed() throws(HostFailure) -> AuditChain.Link? {
        guard let newest = closedNames.last else { return .beginning }
        return AuditFiles.end(of: try read(newest))
    }

    /// Opens or creates the file that is written.
    func open() throws(HostFailure) -> AppendFile {
        do { return try openCurrent() } catch { throw .directory(error) }
    }

    func openCurrent() throws(SystemError) -> AppendFile {
        let file = try AppendFile(path(AuditFiles.currentName), mode: 0o600)
        try Directory.synchronise(directory)
        return file
    }

    /// Closes the file that is written, under the next number.
    func putAside() throws(SystemError) {
        let number = (closedNames.last.flatMap(AuditFiles.number) ?? 0) + 1
        try FileContents.rename(path(AuditFiles.currentName), to: path(AuditFiles.name(number)))
    }

    /// Removes the oldest file when there are more than `limit`, and answers where the log now begins.
    func giveUpOldest(beyond limit: Int) throws(SystemError) -> AuditChain.Link? {
        let names = closedNames
        guard names.count > limit, let bytes = try? read(names[0]), let link = AuditFiles.end(of: bytes) else {
            return nil
        }
        try FileContents.remove(path(names[0]))
        return link
    }

    private var closedNames: [String] {
        Directory.entries(directory).filter { AuditFiles.number($0) != nil }.sorted()
    }

    private func path(_ name: String) -> String { "\(directory)/\(name)" }

    private static func name(_ number: UInt64) -> String {
        let text = String(number)
        return "audit-" + String(repeating: "0", count: max(0, digits - text.count)) + text + ".log"
    }

    private static func number(_ name: String) -> UInt64? {
        guard name.hasPrefix("audit-"), name.hasSuffix(".log"), name.utf8.count == "audit-.log".utf8.count + digits
        else {
            return nil
        }
        return UInt64(name.dropFirst("audit-".count).dropLast(".log".count))
    }

    /// Behind the last record of a file that was closed whole.
    private static func end(of bytes: [UInt8]) -> AuditChain.Link? {
        guard let last = bytes.split(separator: UInt8(ascii: "\n")).last, let line = AuditLine(last) else { return nil }
        return AuditChain.Link(head: line.digest, nextSequence: line.sequence + 1)
    }
}
