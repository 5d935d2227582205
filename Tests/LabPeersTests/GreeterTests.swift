import LabPeers
import LinuxIO
import NetworkTypes
import Testing

@Suite struct GreeterTests {
    @Test func tellsWhoeverConnectsWhereItCameFrom() throws {
        let port = try FreeLoopbackPort.next()
        let endpoint = Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: port)
        let greeter = try GreeterThread(listeningOn: [endpoint])
        for _ in 0..<3 {
            #expect(try greeting(from: endpoint).hasPrefix("greetings, 127.0.0.1:"))
        }
        greeter.stop()
        #expect(throws: SystemError.self) { try greeting(from: endpoint) }
    }

    private func greeting(from endpoint: Endpoint) throws -> String {
        let socket = try StreamSocket(connectingTo: endpoint)
        var loop = try EventLoop()
        try loop.add(socket.descriptor, token: 0, for: .readable)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64)
        while true {
            _ = try loop.wait(until: nil, now: MonotonicClock.now)
            var room = buffer.mutableSpan
            switch socket.read(into: &room) {
            case .moved(let count): bytes += buffer[..<count]
            case .end: return String(decoding: bytes, as: UTF8.self)
            case .wouldBlock: continue
            case .failed(let error): throw error
            }
        }
    }

    /// A port that nobody has, for a moment.
    private enum FreeLoopbackPort {
        static func next() throws -> UInt16 {
            let any = Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 0)
            return try StreamListener(boundTo: any).localEndpoint.port
        }
    }
}
