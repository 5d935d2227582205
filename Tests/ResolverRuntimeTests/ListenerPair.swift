import LinuxIO
import NetworkTypes

/// UDP and TCP on one free loopback port.
struct ListenerPair: ~Copyable {
    let datagrams: DatagramSocket
    let streams: StreamListener

    private init(_ address: IPAddress) throws(SystemError) {
        let streams = try StreamListener(boundTo: Endpoint(address: address, port: 0))
        let datagrams = try DatagramSocket(boundTo: streams.localEndpoint)
        self.datagrams = datagrams
        self.streams = streams
    }

    /// A port that is free for TCP may be taken for UDP: then another is tried.
    static func open(on address: IPAddress = .v4(IPv4Address(127, 0, 0, 1))) throws -> ListenerPair {
        for _ in 0..<20 {
            do throws(SystemError) {
                return try ListenerPair(address)
            } catch {
                guard error.isAddressInUse else { throw error }
            }
        }
        return try ListenerPair(address)
    }

    /// Gives both to whoever listens.
    consuming func hand(
        to listen: (consuming DatagramSocket, consuming StreamListener) throws -> Void
    ) rethrows {
        try listen(datagrams, streams)
    }
}
