import ByteCodec
import LinuxIO
import NetworkTypes
import Testing

@Suite struct DatagramTests {
    static let loopbacks = [IPAddress.v4(IPv4Address(127, 0, 0, 1)), IPAddress.v6(.loopback)]

    @Test(arguments: loopbacks)
    func movesBatchesBothWays(address: IPAddress) throws {
        let server = try DatagramSocket(boundTo: Endpoint(address: address, port: 0))
        let client = try DatagramSocket(boundTo: Endpoint(address: address, port: 0))
        #expect(server.localEndpoint.port != 0)
        var batch = DatagramSendBatch()
        for number in 0..<DatagramSendBatch.capacity {
            append([UInt8(number), 7], to: &batch, peer: server.localEndpoint)
        }
        #expect(state(of: batch) == [UInt64(DatagramSendBatch.capacity), 0])
        batch.flush(to: client)
        #expect(state(of: batch) == [0, 0])

        let received = try receive(from: server)
        #expect(received.count == DatagramReceiveBatch.capacity)
        for (index, datagram) in received.enumerated() {
            #expect(datagram == Received(bytes: [UInt8(index), 7], peer: client.localEndpoint))
        }
        #expect(try receive(from: server).isEmpty)
    }

    @Test(arguments: [IPAddress.v4(IPv4Address(bits: 0)), IPAddress.v6(.unspecified)])
    func keepsTheAddressThatWasAsked(wildcard: IPAddress) throws {
        let isV4 = wildcard.family == .v4
        let asked: IPAddress = isV4 ? .v4(IPv4Address(127, 0, 0, 53)) : .v6(.loopback)
        let own: IPAddress = isV4 ? .v4(IPv4Address(127, 0, 0, 1)) : .v6(.loopback)
        let server = try DatagramSocket(boundTo: Endpoint(address: wildcard, port: 0))
        let client = try DatagramSocket(boundTo: Endpoint(address: own, port: 0))
        let target = Endpoint(address: asked, port: server.localEndpoint.port)
        var batch = DatagramSendBatch()
        for _ in 0..<3 {
            append([1], to: &batch, peer: target)
            batch.flush(to: client)
            let question = try receive(from: server)
            #expect(question == [Received(bytes: [1], peer: client.localEndpoint, local: asked)])
            append([2], to: &batch, peer: client.localEndpoint, source: question.first?.local)
            batch.flush(to: server)
            #expect(try receive(from: client) == [Received(bytes: [2], peer: target)])
        }
    }

    /// One batch serves many sockets; what an earlier, longer datagram or control message left must not show.
    @Test func reusesSlots() throws {
        let socket = try DatagramSocket(boundTo: Endpoint(address: DatagramTests.loopbacks[0], port: 0))
        var sending = DatagramSendBatch()
        var receiving = DatagramReceiveBatch()
        for length in [1500, 1, 300, 2] {
            append([UInt8](repeating: 3, count: length), to: &sending, peer: socket.localEndpoint)
            sending.flush(to: socket)
            let count = try receiving.receive(from: socket)
            let bytes = count == 1 ? Array(receiving[0]) : []
            #expect(bytes == [UInt8](repeating: 3, count: length))
        }
    }

    @Test func cutsWhatIsLongerThanASlot() throws {
        let socket = try DatagramSocket(boundTo: Endpoint(address: DatagramTests.loopbacks[0], port: 0))
        #expect(try sendDatagram(to: socket.localEndpoint, byteCount: DatagramReceiveBatch.maximumBytes + 1))
        let received = try receive(from: socket)
        #expect(received.map(\.bytes.count) == [DatagramReceiveBatch.maximumBytes])
    }

    @Test func dropsAndCountsWhatTheKernelRefuses() throws {
        let socket = try DatagramSocket(boundTo: Endpoint(address: DatagramTests.loopbacks[0], port: 0))
        var batch = DatagramSendBatch()
        append([1], to: &batch, peer: Endpoint(address: .v6(.loopback), port: 9))
        append([2], to: &batch, peer: socket.localEndpoint)
        batch.flush(to: socket)
        #expect(state(of: batch) == [0, 1])
        #expect(try receive(from: socket).map(\.bytes) == [[2]])
    }

    @Test(arguments: loopbacks)
    func aConnectedSocketHearsItsPeerOnly(address: IPAddress) throws {
        let server = try DatagramSocket(boundTo: Endpoint(address: address, port: 0))
        let stranger = try DatagramSocket(boundTo: Endpoint(address: address, port: 0))
        let client = try DatagramSocket(connectedTo: server.localEndpoint)
        var batch = DatagramSendBatch()
        var slot = batch.slot
        slot[0] = 5
        batch.commit(1)
        batch.flush(to: client)
        #expect(try receive(from: server) == [Received(bytes: [5], peer: client.localEndpoint)])
        append([6], to: &batch, peer: client.localEndpoint)
        batch.flush(to: stranger)
        append([7], to: &batch, peer: client.localEndpoint)
        batch.flush(to: server)
        #expect(try receive(from: client).map(\.bytes) == [[7]])
    }

    @Test func refusesATakenPort() throws {
        let first = try DatagramSocket(boundTo: Endpoint(address: DatagramTests.loopbacks[0], port: 0))
        do {
            _ = try DatagramSocket(boundTo: first.localEndpoint)
            Issue.record("bound twice")
        } catch {
            #expect(error.isAddressInUse)
            #expect("\(error)" == "listen on `\(first.localEndpoint)`: address already in use")
        }
    }

    /// A copy of one datagram and what came with it: expectations cannot look into a batch.
    private struct Received: Equatable {
        var bytes: [UInt8]
        var peer: Endpoint?
        var local: IPAddress?
    }

    private func receive(from socket: borrowing DatagramSocket) throws -> [Received] {
        var batch = DatagramReceiveBatch()
        let count = try batch.receive(from: socket)
        var result: [Received] = []
        for index in 0..<count {
            result.append(
                Received(
                    bytes: Array(batch[index]), peer: batch.peer(index), local: batch.localAddress(index)))
        }
        return result
    }

    private func state(of batch: borrowing DatagramSendBatch) -> [UInt64] {
        [UInt64(batch.count), batch.droppedCount]
    }

    private func append(
        _ bytes: [UInt8], to batch: inout DatagramSendBatch, peer: Endpoint, source: IPAddress? = nil
    ) {
        var slot = batch.slot
        slot.copy(bytes.span, to: 0)
        batch.commit(bytes.count, to: peer, from: source)
    }
}
