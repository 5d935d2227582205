import ByteCodec
import Glibc
import LinuxIO
import NetworkTypes

/// Both ends of a TCP connection over loopback.
struct StreamPair: ~Copyable {
    let client: StreamSocket
    let server: StreamSocket
    let clientEndpoint: Endpoint

    init(address: IPAddress) throws {
        let listener = try StreamListener(boundTo: Endpoint(address: address, port: 0))
        let connecting = try StreamSocket(connectingTo: listener.localEndpoint)
        try waitUntil(.readable, listener.descriptor)
        guard let accepted = try listener.accept() else { throw SystemError(call: "accept", errno: EAGAIN) }
        client = connecting
        clientEndpoint = accepted.peer
        server = accepted.takeSocket()
    }
}

/// Sends one datagram of that size from a plain socket.
func sendDatagram(to endpoint: Endpoint, byteCount: Int) throws -> Bool {
    guard case .v4(let address) = endpoint.address else { return false }
    let descriptor = Descriptor(owning: socket(AF_INET, CInt(SOCK_DGRAM.rawValue), 0))
    var peer = sockaddr_in()
    peer.sin_family = sa_family_t(AF_INET)
    peer.sin_port = endpoint.port.bigEndian
    peer.sin_addr.s_addr = address.bits.bigEndian
    let bytes = [UInt8](repeating: 1, count: byteCount)
    let sent = withUnsafePointer(to: &peer) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            sendto(descriptor.rawValue, bytes, byteCount, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    return sent == byteCount
}

/// Waits for at most five seconds.
func waitUntil(_ interest: Readiness, _ descriptor: borrowing Descriptor) throws {
    var loop = try EventLoop()
    try loop.add(descriptor, token: 1, for: interest)
    let now = MonotonicClock.now
    guard try loop.wait(until: now.advanced(bySeconds: 5), now: now) > 0 else {
        throw SystemError(call: "wait", errno: ETIMEDOUT)
    }
}
