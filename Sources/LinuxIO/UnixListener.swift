internal import CLinux
internal import Glibc

/// A UNIX stream socket at a path that accepts connections without waiting. The path is removed with it.
package struct UnixListener: ~Copyable {
    /// Callers that may wait to be accepted; beyond it connecting fails at once.
    private static let backlog: CInt = 256
    /// What fits sockaddr_un, in bytes.
    package static let maximumPathBytes = Int(enigm_unix_path_capacity())

    package let descriptor: Descriptor
    package let path: String

    /// Binds and replaces a socket that an earlier process left behind: the caller makes sure, by a ``FileLock``,
    /// that none is alive. `mode` as for chmod.
    package init(at path: String, mode: UInt32) throws(SystemError) {
        let socket = try Descriptor.unixStreamSocket()
        // The path is a null-terminated copy for the length of each call.
        _ = unsafe Glibc.unlink(path)
        try check(unsafe enigm_bind_unix(socket.rawValue, path), "listen on `\(path)`")
        try check(unsafe Glibc.chmod(path, mode), "chmod `\(path)`")
        try check(Glibc.listen(socket.rawValue, UnixListener.backlog), "listen on `\(path)`")
        descriptor = socket
        self.path = path
    }

    deinit {
        // As above.
        _ = unsafe Glibc.unlink(path)
    }

    /// Whether a connection waits.
    package var hasCaller: Bool {
        var request = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        // One pollfd, on the stack, for the length of the call.
        return unsafe Glibc.poll(&request, 1, 0) == 1
    }

    /// The next waiting connection; nil when none waits.
    package func accept() throws(SystemError) -> StreamSocket? {
        while true {
            let accepted = enigm_accept_unix(descriptor.rawValue)
            if accepted >= 0 { return StreamSocket(adopting: Descriptor(owning: accepted)) }
            switch errno {
            case EAGAIN: return nil
            case EINTR, ECONNABORTED: continue
            default: throw SystemError("accept")
            }
        }
    }
}
