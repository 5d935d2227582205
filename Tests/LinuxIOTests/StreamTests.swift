import ByteCodec
import LinuxIO
import NetworkTypes
import Testing

@Suite struct StreamTests {
    @Test(arguments: DatagramTests.loopbacks)
    func carriesBytesAndTheEnd(address: IPAddress) throws {
        let pair = try StreamPair(address: address)
        #expect(pair.clientEndpoint == pair.client.descriptor.localEndpoint)
        #expect(pair.client.connectionError() == nil)
        var buffer = [UInt8](repeating: 0, count: 16)
        var room = buffer.mutableSpan
        #expect(pair.server.read(into: &room) == .wouldBlock)
        #expect(pair.client.write([1, 2, 3].span) == .moved(3))
        try waitUntil(.readable, pair.server.descriptor)
        #expect(pair.server.read(into: &room) == .moved(3))
        #expect(room[0] == 1 && room[2] == 3)
        pair.client.finishWriting()
        try waitUntil(.readable, pair.server.descriptor)
        #expect(pair.server.read(into: &room) == .end)
    }

    @Test func writesPartlyToASlowReader() throws {
        let pair = try StreamPair(address: DatagramTests.loopbacks[0])
        let bytes = [UInt8](repeating: 9, count: 1 << 20)
        var total = 0
        while case .moved(let count) = pair.client.write(bytes.span) { total += count }
        #expect(total > 0)
        #expect(pair.client.write(bytes.span) == .wouldBlock)
    }

    @Test func saysThatNobodyListens() throws {
        let endpoint = try StreamListener(boundTo: Endpoint(address: DatagramTests.loopbacks[0], port: 0)).localEndpoint
        let socket = try StreamSocket(connectingTo: endpoint)
        try waitUntil(.writable, socket.descriptor)
        #expect(socket.connectionError()?.isConnectionRefused == true)
    }

    @Test func seesAReset() throws {
        let pair = try StreamPair(address: DatagramTests.loopbacks[0])
        closeWithReset(try StreamSocket(adopting: pair.client.descriptor.duplicate()))
        var buffer = [UInt8](repeating: 0, count: 16)
        var room = buffer.mutableSpan
        #expect(pair.server.read(into: &room) == .wouldBlock)
    }

    @Test func refusesATakenPort() throws {
        let first = try StreamListener(boundTo: Endpoint(address: DatagramTests.loopbacks[0], port: 0))
        do {
            _ = try StreamListener(boundTo: first.localEndpoint)
            Issue.record("listened twice")
        } catch {
            #expect(error.isAddressInUse)
        }
    }

    private func closeWithReset(_ socket: consuming StreamSocket) { socket.resetOnClose() }
}
