internal import CLinux
internal import Glibc

/// A lock on a path that one process at a time holds, and that its death releases (flock).
package struct FileLock: ~Copyable {
    private let descriptor: Descriptor

    /// Nil when another process holds it.
    package static func acquire(_ path: String) throws(SystemError) -> FileLock? {
        // The path is a null-terminated copy for the length of the call.
        let file = Descriptor(
            owning: try check(unsafe enigm_open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600), "open `\(path)`"))
        if flock(file.rawValue, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return nil }
            throw SystemError("lock `\(path)`")
        }
        return FileLock(descriptor: file)
    }
}
