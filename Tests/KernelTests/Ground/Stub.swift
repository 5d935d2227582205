import NetworkTypes
import TestSupport

/// What stands in for the resolver, or for the service of a path: sockets of a user on a port. The truth table is about
/// where packets go, not about what they say.
final class Stub {
    static let port: UInt16 = 5300

    let port: UInt16
    private let datagrams: [GroundSocket]
    private let streams: [GroundSocket]

    init(as identity: Identity = .resolver, port: UInt16 = Stub.port) {
        self.port = port
        let open = { (kind: GroundSocket.Kind) in
            [("127.0.0.1", AddressFamily.v4), ("[::1]", .v6)].map { address, family in
                let socket = GroundSocket(kind, family, as: identity)
                socket.listen(endpoint("\(address):\(port)"))
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
