import CLinux
import Glibc
import NetworkTypes

/// A socket that a test opens as somebody, never waiting longer than it is told to.
final class GroundSocket {
    enum Kind: Hashable, Sendable {
        case tcp
        case udp
        /// The payload of an IP protocol; needs no port.
        case raw(protocolNumber: UInt8)
    }

    let descriptor: Int32
    private let kind: Kind
    private let identity: Identity

    init(_ kind: Kind, _ family: AddressFamily, as identity: Identity, mark: UInt32 = 0, hopLimit: UInt8? = nil) {
        self.kind = kind
        self.identity = identity
        let domain = family == .v4 ? AF_INET : AF_INET6
        let type: Int32 =
            switch kind {
            case .tcp: Int32(SOCK_STREAM.rawValue)
            case .udp: Int32(SOCK_DGRAM.rawValue)
            case .raw: Int32(SOCK_RAW.rawValue)
            }
        let number: Int32 = if case .raw(let number) = kind { Int32(number) } else { 0 }
        descriptor = identity.perform { socket(domain, type | GroundSocket.flags, number) }
        precondition(descriptor >= 0, "socket: errno \(errno)")
        set(SOL_SOCKET, SO_REUSEADDR, 1)
        if family == .v6 { set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        if mark != 0 { set(SOL_SOCKET, SO_MARK, Int32(bitPattern: mark)) }
        if let hopLimit { set(Int32(IPPROTO_IPV6), IPV6_UNICAST_HOPS, Int32(hopLimit)) }
    }

    deinit { close(descriptor) }

    private static let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

    func set(_ level: Int32, _ name: Int32, _ value: Int32) {
        _ = enigm_set_option(descriptor, level, name, value)
    }

    /// Zero or errno.
    @discardableResult
    func bind(_ endpoint: Endpoint) -> Int32 { enigm_bind(descriptor, endpoint.seam) == 0 ? 0 : errno }

    /// Binds and listens; a test that cannot have its port cannot go on.
    func listen(_ endpoint: Endpoint) {
        let refusal = bind(endpoint)
        precondition(refusal == 0, "bind \(endpoint): errno \(refusal)")
        if kind == .tcp { precondition(Glibc.listen(descriptor, 128) == 0, "listen: errno \(errno)") }
    }

    /// Zero or errno, the one that the connection ends with for TCP.
    func connect(_ endpoint: Endpoint, milliseconds: Int32 = 1_000) -> Int32 {
        if enigm_connect(descriptor, endpoint.seam) == 0 { return 0 }
        guard errno == EINPROGRESS, milliseconds > 0 else { return errno }
        guard wait(Int16(POLLOUT), milliseconds: milliseconds) else { return ETIMEDOUT }
        return pendingError
    }

    /// The error that the kernel keeps for this socket; taken by asking.
    var pendingError: Int32 {
        var value: Int32 = 0
        _ = enigm_get_option(descriptor, SOL_SOCKET, SO_ERROR, &value)
        return value
    }

    /// Zero or errno.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Int32 {
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count ? 0 : errno
    }

    @discardableResult
    func send(_ bytes: [UInt8], to endpoint: Endpoint) -> Int32 {
        var storage = sockaddr_in6()
        let length = enigm_store_endpoint(&storage, endpoint.seam)
        let count = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
        return count == bytes.count ? 0 : errno
    }

    /// What has arrived within that time; nil when nothing has.
    func receive(milliseconds: Int32 = 500) -> [UInt8]? {
        guard wait(Int16(POLLIN), milliseconds: milliseconds) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 2048)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count >= 0 ? Array(bytes[..<count]) : nil
    }

    /// The same, and from whom.
    func receiveFrom(milliseconds: Int32 = 500) -> ([UInt8], Endpoint)? {
        guard wait(Int16(POLLIN), milliseconds: milliseconds) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 2048)
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let count = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(descriptor, &bytes, bytes.count, 0, $0, &length)
            }
        }
        guard count >= 0, let peer = Endpoint(seam: enigm_load_endpoint(&storage)) else { return nil }
        return (Array(bytes[..<count]), peer)
    }

    /// A connection that has arrived within that time: it is whose who accepts it.
    func accept(milliseconds: Int32 = 500) -> GroundSocket? {
        guard wait(Int16(POLLIN), milliseconds: milliseconds) else { return nil }
        let connection = identity.perform { Glibc.accept(descriptor, nil, nil) }
        return connection >= 0 ? GroundSocket(owning: connection, as: identity) : nil
    }

    var localPort: UInt16 { enigm_local_endpoint(descriptor).port }

    /// Ends a connection by a reset, so that nothing of it lingers.
    func abandon() {
        var value = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<Glibc.linger>.size))
    }

    private init(owning descriptor: Int32, as identity: Identity) {
        self.descriptor = descriptor
        self.identity = identity
        kind = .tcp
    }

    private func wait(_ events: Int16, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        return poll(&entry, 1, milliseconds) == 1
    }
}

extension Endpoint {
    init?(seam: enigm_endpoint) {
        switch seam.family {
        case 4: self.init(address: .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: seam.low))), port: seam.port)
        case 6:
            self.init(
                address: .v6(IPv6Address(high: seam.high, low: seam.low)), port: seam.port, scope: seam.scope)
        default: return nil
        }
    }

    var seam: enigm_endpoint {
        switch address {
        case .v4(let address):
            enigm_endpoint(high: 0, low: UInt64(address.bits), scope: 0, port: port, family: 4)
        case .v6(let address):
            enigm_endpoint(high: address.high, low: address.low, scope: scope, port: port, family: 6)
        }
    }
}
