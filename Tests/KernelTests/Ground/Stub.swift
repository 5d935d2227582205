import NetworkTypes
import TestSupport

/// What stands in for the resolver, or for the service of a path: sockets of a user on a port. The truth table is about
/// where packets go, not about what they say.
final class Stub {
    static let port: UInt16 = 5300

    let port: UInt16
    private let datagrams: [GroundSocket]
    private let streams: [GroundSocket]

    init(
        as identity: Identity = .resolver, port: UInt16 = Stub.port, at addresses: [String] = ["127.0.0.1", "[::1]"]
    ) {
        self.port = port
        let open = { (kind: GroundSocket.Kind) in
            addresses.map { address in
                let endpoint = endpoint("\(address):\(port)")
                let socket = GroundSocket(kind, endpoint.address.family, as: identity)
                socket.listen(endpoint)
                return socket
            }
        }
        datagrams = open(.udp)
        streams = open(.tcp)
    }

    /// Whether that datagram arrives within the time; others before it are passed over.
    func receives(_ payload: [UInt8], milliseconds: Int = 500) -> Bool {
        Moment.wait(.milliseconds(milliseconds)) {
            datagrams.contains { socket in
                while let next = socket.receive(milliseconds: 0) { if next == payload { return true } }
                return false
            }
        }
    }

    /// Answers the next datagram with itself; false when none comes within the time.
    func echoes(milliseconds: Int = 500) -> Bool {
        Moment.wait(.milliseconds(milliseconds)) {
            datagrams.contains { socket in
                guard let (payload, peer) = socket.receiveFrom(milliseconds: 0) else { return false }
                return socket.send(payload, to: peer) == 0
            }
        }
    }

    /// A connection that arrives within the time.
    func accept(milliseconds: Int = 500) -> GroundSocket? {
        var connection: GroundSocket?
        _ = Moment.wait(.milliseconds(milliseconds)) {
            for stream in streams where connection == nil { connection = stream.accept(milliseconds: 0) }
            return connection != nil
        }
        return connection
    }
}
