import Glibc

/// A blocking socket on the IPv4 loopback address, closed with its owner.
final class LoopbackSocket {
    enum Kind {
        case datagram
        case stream

        var type: Int32 {
            switch self {
            case .datagram: Int32(SOCK_DGRAM.rawValue)
            case .stream: Int32(SOCK_STREAM.rawValue)
            }
        }
    }

    private let descriptor: Int32

    /// Connected to `port`; nil when nobody listens there, or takes the connection in time.
    init?(_ kind: Kind, connectedTo port: UInt16, timeout: Duration = .seconds(5)) {
        descriptor = socket(AF_INET, kind.type | Int32(SOCK_CLOEXEC.rawValue), 0)
        let (seconds, attoseconds) = timeout.components
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var isOn: Int32 = 1
        // Parts of a message are sent when they are given.
        if kind == .stream {
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        }
        guard LoopbackSocket.with(port, { connect(descriptor, $0, $1) }) == 0 else { return nil }
    }

    /// Bound to `port` (0: any free one), listening when it is a stream; nil when the port is taken.
    init?(_ kind: Kind, boundTo port: UInt16, timeout: Duration = .seconds(5)) {
        descriptor = socket(AF_INET, kind.type | Int32(SOCK_CLOEXEC.rawValue), 0)
        let (seconds, attoseconds) = timeout.components
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard LoopbackSocket.with(port, { bind(descriptor, $0, $1) }) == 0 else { return nil }
        if kind == .stream { listen(descriptor, 8) }
    }

    deinit {
        close(descriptor)
    }

    var port: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// False when the other side is gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        repeat {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 else { return false }
            sent += count
        } while sent < bytes.count
        return true
    }

    /// What arrives next, at most `limit` bytes; nil at the end, on an error and after the timeout.
    func receive(_ limit: Int = 65_535) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = recv(descriptor, &buffer, limit, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// Exactly `count` bytes of a stream.
    func receiveExactly(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let more = receive(count - bytes.count) else { return nil }
            bytes += more
        }
        return bytes
    }

    private static func with(_ port: UInt16, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
