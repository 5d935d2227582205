/// Ports of the loopback address that nothing uses.
enum FreePort {
    /// Free for UDP and TCP alike, below the range that the kernel gives to connecting sockets.
    static func next() -> UInt16 {
        for _ in 0..<1_000 {
            let port = UInt16.random(in: 10_000..<32_000)
            if LoopbackSocket(.stream, boundTo: port) != nil, LoopbackSocket(.datagram, boundTo: port) != nil {
                return port
            }
        }
        fatalError("no free loopback port")
    }

    static func isFree(_ port: UInt16) -> Bool {
        LoopbackSocket(.stream, boundTo: port) != nil && LoopbackSocket(.datagram, boundTo: port) != nil
    }
}
