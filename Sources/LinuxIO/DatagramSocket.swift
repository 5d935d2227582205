internal import CLinux
internal import Glibc
package import NetworkTypes

/// A UDP socket of one family that never blocks.
package struct DatagramSocket: ~Copyable {
    /// Room for a burst while the loop is busy with a batch; the kernel bounds it by net.core.rmem_max.
    private static let receiveBufferBytes: CInt = 1 << 20

    package let descriptor: Descriptor
    /// Where it is bound: the port is the real one, also when 0 was asked for.
    package let localEndpoint: Endpoint
    /// Whether it takes only what comes by one device.
    package let isBoundToDevice: Bool

    /// Binds; to that device alone when `device` is its index. A socket on a wildcard address also learns which address each datagram was sent to. With `isShared`, other
    /// sockets of this user may bind to the same endpoint and take a part of its datagrams.
    package init(
        boundTo endpoint: Endpoint, onDevice device: UInt32? = nil, isShared: Bool = false
    ) throws(SystemError) {
        let socket = try Descriptor.socket(endpoint.address.family, SOCK_DGRAM)
        if let device { try socket.bind(toDevice: device) }
        if isShared { try socket.setOption(SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT") }
        try socket.bind(to: endpoint)
        try self.init(adopting: socket)
    }

    /// A socket on a free port that sends to `peer` only and hears from `peer` only.
    package init(connectedTo peer: Endpoint) throws(SystemError) {
        let socket = try Descriptor.socket(peer.address.family, SOCK_DGRAM)
        try check(enigm_connect(socket.rawValue, enigm_endpoint(peer)), "connect to `\(peer)`")
        try self.init(adopting: socket)
    }

    /// Takes over a bound datagram socket, such as one that a service manager opened.
    package init(adopting socket: consuming Descriptor) throws(SystemError) {
        try socket.setNonBlocking()
        guard let local = socket.localEndpoint else { throw SystemError(call: "getsockname", errno: EAFNOSUPPORT) }
        if local.address.isUnspecified {
            try check(enigm_enable_packet_info(socket.rawValue, local.address.family == .v4 ? 4 : 6), "IP_PKTINFO")
        }
        // A wish only: without it bursts are shorter.
        _ = enigm_set_option(socket.rawValue, SOL_SOCKET, SO_RCVBUF, DatagramSocket.receiveBufferBytes)
        isBoundToDevice = socket.isBoundToDevice
        descriptor = socket
        localEndpoint = local
    }

    /// Gives the descriptor away.
    package consuming func takeDescriptor() -> Descriptor { descriptor }

    /// Makes the kernel choose among the `count` sockets that share the endpoint of this one, in the order they were bound, by
    /// the name that is asked for: see ``NameSteering``.
    package static func steerByName(
        _ socket: borrowing Descriptor, among count: Int
    ) throws(SystemError) {
        precondition((1...NameSteering.maximumSockets).contains(count), "a group has some sockets")
        try check(enigm_steer_by_name(socket.rawValue, UInt32(count)), "steer questions by name")
    }
}

extension IPAddress {
    /// 0.0.0.0 or ::, the address that stands for all of the host's.
    var isUnspecified: Bool {
        switch self {
        case .v4(let address): address.bits == 0
        case .v6(let address): address == .unspecified
        }
    }
}
