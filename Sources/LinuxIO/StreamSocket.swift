internal import CLinux
internal import Glibc
package import NetworkTypes

/// A connected, or connecting, byte stream that never blocks: TCP or UNIX.
package struct StreamSocket: ~Copyable {
    package let descriptor: Descriptor

    package init(adopting descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Starts a TCP connection with TCP_NODELAY. It is made, or has failed, when the descriptor becomes writable:
    /// then ask ``connectionError()``. `device`: the only one that it may leave by.
    package init(connectingTo endpoint: Endpoint, by device: String? = nil) throws(SystemError) {
        let socket = try Descriptor.socket(endpoint.address.family, SOCK_STREAM)
        if let device { try socket.bind(toDeviceNamed: device) }
        try socket.setOption(CInt(IPPROTO_TCP), TCP_NODELAY, 1, "TCP_NODELAY")
        if enigm_connect(socket.rawValue, enigm_endpoint(endpoint)) != 0, errno != EINPROGRESS {
            throw SystemError("connect to `\(endpoint)`")
        }
        descriptor = socket
    }

    /// Connects to a UNIX socket; this does not wait, a full backlog fails.
    package init(connectingTo path: String) throws(SystemError) {
        let socket = try Descriptor.unixStreamSocket()
        // The path is a null-terminated copy for the length of the call.
        try check(unsafe enigm_connect_unix(socket.rawValue, path), "connect to `\(path)`")
        descriptor = socket
    }

    /// Why connecting failed; nil when it did not.
    package func connectionError() -> SystemError? {
        var number: CInt = 0
        // One int on the stack.
        guard unsafe enigm_get_option(descriptor.rawValue, SOL_SOCKET, SO_ERROR, &number) == 0 else {
            return SystemError("getsockopt SO_ERROR")
        }
        return number == 0 ? nil : SystemError(call: "connect", errno: number)
    }

    package func read(into bytes: inout MutableSpan<UInt8>) -> Transfer {
        descriptor.read(into: &bytes)
    }

    /// Never raises SIGPIPE.
    package func write(_ bytes: Span<UInt8>) -> Transfer {
        while true {
            // The kernel reads at most `count` bytes from a buffer that lives through the call.
            let count = unsafe bytes.withUnsafeBufferPointer {
                unsafe Glibc.send(descriptor.rawValue, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count >= 0 { return .moved(count) }
            if errno != EINTR { return Descriptor.outcome(of: "send") }
        }
    }

    /// Says that nothing more will be sent; reading goes on.
    package func finishWriting() {
        _ = Glibc.shutdown(descriptor.rawValue, CInt(SHUT_WR))
    }

    /// Makes closing reset the connection instead of finishing it (RST).
    package func resetOnClose() {
        var value = linger(l_onoff: 1, l_linger: 0)
        // One struct of that size on the stack; failing only means an orderly close.
        _ = unsafe Glibc.setsockopt(
            descriptor.rawValue, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    /// Who is at the other end of a UNIX socket, as the kernel saw it connect.
    package func peerCredentials() throws(SystemError) -> PeerCredentials {
        try PeerCredentials(of: descriptor)
    }
}
