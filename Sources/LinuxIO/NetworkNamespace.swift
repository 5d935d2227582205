internal import Glibc

/// A network namespace, as the kernel numbers it: equal when it is the same one.
package struct NetworkNamespace: Equatable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    /// Of a process; of this one for nil. Nil when the kernel does not tell this user.
    package init?(process: Int32? = nil) {
        var status = stat()
        // One struct on the stack; the path is a null-terminated copy for the length of the call.
        guard unsafe fstatat(AT_FDCWD, "/proc/\(process.map(String.init) ?? "self")/ns/net", &status, 0) == 0 else {
            return nil
        }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
