internal import LinuxIO
internal import NetworkTypes

/// The newest profile version that was ever in force here, kept in the state directory: a daemon does not go back
/// behind it unless it is told to.
package struct VersionFloor: Sendable {
    /// A decimal number and a line feed.
    private static let maximumBytes = 32

    package let path: String

    /// `daemon` keeps the floors of several daemons apart in one directory.
    package init(stateDirectory: String, daemon: String) { path = "\(stateDirectory)/\(daemon)-profile-version" }

    /// 0 when none was in force yet.
    package func read() throws(HostFailure) -> UInt64 {
        let bytes: [UInt8]
        do {
            bytes = try FileContents.read(path, limitBytes: VersionFloor.maximumBytes)
        } catch .system(let error) where error.isNotFound {
            return 0
        } catch .tooLarge {
            throw .stateUnreadable(path: path)
        } catch {
            throw .bundleUnreadable(error)
        }
        guard bytes.last == UInt8(ascii: "\n"),
            let version = UInt64(strictDecimal: bytes.span.extracting(droppingLast: 1))
        else {
            throw .stateUnreadable(path: path)
        }
        return version
    }

    /// Remembers that `version` is in force; the floor goes down only where that is allowed.
    package func raise(to version: UInt64, allowsRollback: Bool) throws(HostFailure) {
        let current = try read()
        if version > current || (allowsRollback && version < current) { try write(version) }
    }

    private func write(_ version: UInt64) throws(HostFailure) {
        do {
            try FileContents.replace(path, with: Array("\(version)\n".utf8), mode: 0o600)
        } catch {
            throw .directory(error)
        }
    }
}
