internal import CLinux
internal import Glibc
package import NetworkTypes

/// A TCP socket that accepts connections without waiting.
package struct StreamListener: ~Copyable {
    /// Connections that may wait to be accepted; the kernel bounds it by net.core.somaxconn.
    private static let backlog: CInt = 256

    package let descriptor: Descriptor
    /// Where it is bound: the port is the real one, also when 0 was asked for.
    package let localEndpoint: Endpoint
    /// Whether it takes only what comes by one device.
    package let isBoundToDevice: Bool

    /// A connection and who made it.
    package struct Accepted: ~Copyable {
        package let socket: StreamSocket
        package let peer: Endpoint

        /// Gives the connection away.
        package consuming func takeSocket() -> StreamSocket { socket }
    }

    /// Listens; at that device alone when `device` is its index. With `isShared`, other sockets of this user may listen on the same endpoint and take a part of its connections.
    package init(
        boundTo endpoint: Endpoint, onDevice device: UInt32? = nil, isShared: Bool = false
    ) throws(SystemError) {
        let socket = try Descriptor.socket(endpoint.address.family, SOCK_STREAM)
        if let device { try socket.bind(toDevice: device) }
        if isShared { try socket.setOption(SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT") }
        // A restart must not wait for connections in TIME_WAIT; two listeners on one port stay impossible.
        try socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR")
        try socket.bind(to: endpoint)
        try check(Glibc.listen(socket.rawValue, StreamListener.backlog), "listen on `\(endpoint)`")
        try self.init(adopting: socket)
    }

    /// Takes over a listening socket, such as one that a service manager opened.
    package init(adopting socket: consuming Descriptor) throws(SystemError) {
        try socket.setNonBlocking()
        guard let local = socket.localEndpoint else { throw SystemError(call: "getsockname", errno: EAFNOSUPPORT) }
        isBoundToDevice = socket.isBoundToDevice
        descriptor = socket
        localEndpoint = local
    }

    /// Gives the descriptor away.
    package consuming func takeDescriptor() -> Descriptor { descriptor }

    /// The next waiting connection, with TCP_NODELAY; nil when none waits. Connections that died while waiting
    /// are skipped.
    package func accept() throws(SystemError) -> Accepted? {
        while true {
            var storage = sockaddr_in6()
            // The seam writes one address of either family.
            let accepted = unsafe enigm_accept(descriptor.rawValue, &storage)
            if accepted >= 0 {
                let socket = Descriptor(owning: accepted)
                guard let peer = unsafe enigm_load_endpoint(&storage).endpoint else { continue }
                // A wish only: answers leave later without it.
                _ = enigm_set_option(accepted, CInt(IPPROTO_TCP), TCP_NODELAY, 1)
                return Accepted(socket: StreamSocket(adopting: socket), peer: peer)
            }
            switch errno {
            case EAGAIN: return nil
            case EINTR, ECONNABORTED, EPROTO: continue
            default: throw SystemError("accept")
            }
        }
    }
}
