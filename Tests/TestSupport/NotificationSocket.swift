internal import Glibc

/// The service manager's end of the sd_notify protocol.
package final class NotificationSocket {
    package let path: String
    private let scratch = ScratchDirectory()
    private let socket: CInt

    package init() {
        path = scratch.path("notify")
        socket = Glibc.socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) }
        }
        precondition(result == 0, "cannot bind `\(path)`: errno \(errno)")
    }

    deinit { close(socket) }

    /// Waits for a message; false when none comes in time.
    package func wait(milliseconds: CInt) -> Bool {
        var request = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, milliseconds) == 1
    }

    /// The next message, and the descriptor that came with it, which is the caller's to close; nil when there is none.
    package func next() -> (text: String, descriptor: CInt?)? {
        var text = [UInt8](repeating: 0, count: 4096)
        // A control message: its length in 8 bytes, level and type in 4 each, and the descriptor.
        var control = [UInt64](repeating: 0, count: 8)
        var controlLength = 0
        let count = text.withUnsafeMutableBytes { text in
            control.withUnsafeMutableBytes { control in
                var vector = iovec(iov_base: text.baseAddress, iov_len: text.count)
                return withUnsafeMutablePointer(to: &vector) { vector in
                    var header = msghdr()
                    header.msg_iov = vector
                    header.msg_iovlen = 1
                    header.msg_control = control.baseAddress
                    header.msg_controllen = control.count
                    defer { controlLength = header.msg_controllen }
                    return recvmsg(socket, &header, CInt(MSG_DONTWAIT))
                }
            }
        }
        guard count > 0 else { return nil }
        let descriptor = controlLength > 0 ? CInt(truncatingIfNeeded: control[2]) : nil
        return (String(decoding: text[..<count], as: UTF8.self), descriptor)
    }
}
