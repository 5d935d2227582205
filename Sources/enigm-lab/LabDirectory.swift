internal import LinuxIO

/// Where the lab's files are while it is up: a directory that the caller names, or a scratch one that goes with it.
struct LabDirectory: ~Copyable {
    static let bundleName = "lab.bundle"
    static let authorityName = "lab-authority.pem"
    /// Where the enforcer keeps its state, the audit log among it.
    static let policyState = "policy-state"
    /// Where the enforcer answers `enigmctl`.
    static let policySocket = "io.enigm.policy"
    private static let prefix = "enigm-lab-"
    /// The resolver's port unless somebody wants another.
    static let defaultPort: UInt16 = 5300

    let path: String
    private let isScratch: Bool

    /// `port` is the resolver's: by it, `enigm-lab enter` finds a scratch directory.
    init(_ wish: String?, port: UInt16) throws(LabFailure) {
        let path = try LabDirectory.made(wish, port: port)
        // A lab that was killed has left its links in a directory that was named.
        for name in LabDirectory.links { try? FileContents.remove("\(path)/\(name)") }
        do throws(SystemError) {
            try SymbolicLink.create(
                "\(path)/\(LabNames.process)", to: "/proc/\(Environment.processIdentifier)")
        } catch {
            throw .environment("\(error)")
        }
        self.path = path
        isScratch = wish == nil
    }

    private static let links = [LabNames.process, LabNames.device, LabNames.outside, LabNames.user]

    func path(_ name: String) -> String { "\(path)/\(name)" }

    func link(_ name: String, to target: String) throws(SystemError) {
        try SymbolicLink.create(path(name), to: target)
    }

    /// For daemons of several users: a member of `group` may create, and not remove what is another's.
    func share(with group: UInt32) throws(LabFailure) {
        do throws(SystemError) {
            try Directory.setGroup(path, group)
            try Directory.setMode(path, 0o1775)
        } catch {
            throw .environment("\(error)")
        }
    }

    func write(_ bytes: [UInt8], to name: String) throws(LabFailure) {
        do throws(SystemError) {
            try FileContents.replace(path(name), with: bytes)
        } catch {
            throw .environment(
                "cannot write `\(path(name))`: \(error.reason); choose another directory with --runtime-dir")
        }
    }

    /// What the lab has put into the file system: its own files, or the whole directory when that is its own.
    var belongings: [String] {
        isScratch
            ? [path] : ([LabDirectory.bundleName, LabDirectory.authorityName] + LabDirectory.links).map { path($0) }
    }

    /// The scratch directories of this user's labs, of those with a resolver on `port` or of all.
    static func scratch(of port: UInt16?) -> [String] {
        let wanted = prefix + (port.map { "\($0)-" } ?? "")
        return Directory.entries(Directory.temporary).filter { $0.hasPrefix(wanted) }
            .map { "\(Directory.temporary)/\($0)" }
            .filter { Directory.owner(of: $0) == Environment.userIdentifier && Directory.isDirectory($0) }
    }

    private static func made(_ wish: String?, port: UInt16) throws(LabFailure) -> String {
        do throws(SystemError) {
            guard let wish else { return try Directory.createTemporary(prefix: "\(prefix)\(port)") }
            try Directory.create(wish, mode: 0o755)
            if Directory.isWritable(wish) { return try FileContents.absolutePath(wish) }
        } catch {
            throw .environment("\(error)")
        }
        throw .environment("no permission to write to `\(wish ?? "")`; choose another directory with --runtime-dir")
    }
}
