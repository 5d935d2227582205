internal import CLinux
internal import Glibc
package import NetworkTypes

// The seam's own address form, between Endpoint and sockaddr.

extension enigm_endpoint {
    init(_ endpoint: Endpoint) {
        self.init(endpoint.address)
        port = endpoint.port
        scope = endpoint.scope
    }

    init(_ address: IPAddress) {
        switch address {
        case .v4(let address):
            self.init(high: 0, low: UInt64(address.bits), scope: 0, port: 0, family: 4)
        case .v6(let address):
            self.init(high: address.high, low: address.low, scope: 0, port: 0, family: 6)
        }
    }

    var address: IPAddress? {
        switch family {
        case 4: .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: low)))
        case 6: .v6(IPv6Address(high: high, low: low))
        default: nil
        }
    }

    var endpoint: Endpoint? {
        address.map { Endpoint(address: $0, port: port, scope: scope) }
    }
}

extension Descriptor {
    /// An internet socket that does not block and does not outlive exec; IPv6 ones carry IPv6 only.
    static func socket(_ family: AddressFamily, _ type: __socket_type) throws(SystemError) -> Descriptor {
        let kind = CInt(type.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let domain = family == .v4 ? AF_INET : AF_INET6
        let socket = Descriptor(owning: try check(Glibc.socket(domain, kind, 0), "socket"))
        if family == .v6 { try socket.setOption(CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1, "IPV6_V6ONLY") }
        return socket
    }

    static func unixStreamSocket() throws(SystemError) -> Descriptor {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        return Descriptor(owning: try check(Glibc.socket(AF_UNIX, kind, 0), "socket"))
    }

    func setOption(_ level: CInt, _ name: CInt, _ value: CInt, _ label: String) throws(SystemError) {
        try check(enigm_set_option(rawValue, level, name, value), "setsockopt \(label)")
    }

    func bind(to endpoint: Endpoint) throws(SystemError) {
        try check(enigm_bind(rawValue, enigm_endpoint(endpoint)), "listen on `\(endpoint)`")
    }

    /// Has the socket take only what comes by that device. It needs no right where it was not done before (Linux 5.7).
    func bind(toDevice index: UInt32) throws(SystemError) {
        try setOption(SOL_SOCKET, Descriptor.bindToDevice, CInt(bitPattern: index), "SO_BINDTOIFINDEX")
    }

    /// Has the socket send by that device and take only what comes by it.
    func bind(toDeviceNamed name: String) throws(SystemError) {
        // A null-terminated copy for the length of the call.
        let index = unsafe if_nametoindex(name)
        guard index != 0 else { throw SystemError("find the interface `\(name)`") }
        try bind(toDevice: index)
    }

    /// Whether it takes only what comes by one device.
    var isBoundToDevice: Bool {
        var index: CInt = 0
        // One number that the call fills in.
        return unsafe enigm_get_option(rawValue, SOL_SOCKET, Descriptor.bindToDevice, &index) == 0 && index != 0
    }

    /// SO_BINDTOIFINDEX of asm-generic/socket.h.
    private static var bindToDevice: CInt { 62 }

    /// Where an internet socket is bound; nil for other sockets.
    package var localEndpoint: Endpoint? { enigm_local_endpoint(rawValue).endpoint }
}
