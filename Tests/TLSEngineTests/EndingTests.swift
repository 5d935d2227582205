import LabPeers
import TLSEngine
import TestSupport
import Testing

@Suite struct EndingTests {
    let servers = TestServers()

    func established(_ versions: ClosedRange<LabPeers.TLSVersion> = .tls12 ... .tls13) throws -> TLSPair {
        var pair = TLSPair(try servers.context(), servers.serverContext(versions: versions))
        pair.exchange()
        let isEstablished = pair.client.isEstablished
        try #require(isEstablished)
        return pair
    }

    @Test(arguments: [LabPeers.TLSVersion.tls12, .tls13])
    func `close_notify ends in order, after the data before it`(version: LabPeers.TLSVersion) throws {
        var pair = try established(version...version)
        pair.server.send([1, 2, 3].span)
        pair.server.close()
        pair.exchange()
        #expect(pair.received == [1, 2, 3])
        #expect(pair.events.count == 2 && pair.events.last == .closed)
        pair.deliverEnd()
        #expect(pair.events.count == 2)
    }

    @Test(arguments: [LabPeers.TLSVersion.tls12, .tls13])
    func `an end without close_notify is a truncation`(version: LabPeers.TLSVersion) throws {
        var pair = try established(version...version)
        pair.server.send([1, 2, 3].span)
        pair.exchange()
        pair.deliverEnd()
        #expect(pair.received == [1, 2, 3])
        #expect(pair.failure == .unexpectedEOF)
    }

    @Test func `closing says close_notify and is heard`() throws {
        var pair = try established()
        pair.client.close()
        pair.exchange()
        let state = pair.server.state
        #expect(state == .closed)
        #expect(pair.events.count == 1)
        pair.deliver([22, 3, 1])
        pair.deliverEnd()
        #expect(pair.events.count == 1)
    }

    @Test(arguments: [LabPeers.TLSVersion.tls12, .tls13])
    func `the stream may end at every byte of a handshake`(version: LabPeers.TLSVersion) throws {
        let context = try servers.context()
        let server = servers.serverContext(versions: version...version)
        var count = 0
        repeat {
            context.forgetTickets()
            var pair = TLSPair(context, server)
            let isComplete = pair.exchange(limit: count)
            pair.deliverEnd()
            let isOver = pair.client.isOver
            #expect(isOver)
            #expect(pair.failure == .unexpectedEOF, "after \(count) bytes")
            #expect((pair.details != nil) == (pair.events.count == 2))
            count += 1
            if isComplete { break }
        } while count < 10_000
        #expect(count > 500)
    }

    @Test(arguments: [
        Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), Array("SSH-2.0-OpenSSH_9.2\r\n".utf8),
        [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xFF, count: 64),
        [0x00, 0x1D, 0x12, 0x34, 0x81, 0x80, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
    ])
    func `bytes that are not TLS are told as such`(bytes: [UInt8]) throws {
        var pair = TLSPair(try servers.context(), servers.serverContext())
        pair.deliver(bytes)
        #expect(pair.failure == .notTLS)
    }

    @Test func `every alert is told by number and name`() throws {
        for number in UInt8.min...UInt8.max where number != 0 && number != 70 {
            var pair = TLSPair(try servers.context(), servers.serverContext())
            pair.deliver([21, 3, 3, 0, 2, 2, number])
            #expect(pair.failure == .alert(TLSAlert(rawValue: number)))
        }
        var pair = TLSPair(try servers.context(), servers.serverContext())
        pair.deliver([21, 3, 3, 0, 2, 2, 70])
        #expect(pair.failure == .protocolVersion)
        var closing = TLSPair(try servers.context(), servers.serverContext())
        closing.deliver([21, 3, 3, 0, 2, 1, 0])
        #expect(closing.failure == .alert(.closeNotify))
        #expect(TLSAlert(rawValue: 40).description == "handshake failure (40)")
    }

    @Test func `a damaged record ends an established session`() throws {
        var pair = try established()
        pair.server.send([UInt8](repeating: 5, count: 100).span)
        var bytes = pair.server.drainOutput()
        bytes[bytes.count - 1] ^= 1
        pair.deliver(bytes)
        guard case .protocolViolation(let reason)? = pair.failure else {
            Issue.record("\(pair.events)")
            return
        }
        #expect(reason.contains("bad record mac"))
        #expect(pair.received.isEmpty)
    }

    @Test(arguments: 0..<20)
    func `random damage anywhere in a handshake never traps and always ends`(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let context = try servers.context()
        let server = servers.serverContext(versions: seed.isMultiple(of: 2) ? .tls12 ... .tls12 : .tls13 ... .tls13)
        for _ in 0..<20 {
            context.forgetTickets()
            var pair = TLSPair(context, server)
            pair.exchangeDamaged(using: &generator)
            pair.deliverEnd()
            let isOver = pair.client.isOver
            #expect(isOver)
            let ends = pair.events.filter { if case .established = $0 { false } else { true } }
            #expect(ends.count == 1)
        }
    }

    @Test func `a session may be dropped at any moment`() throws {
        let context = try servers.context()
        let server = servers.serverContext()
        for count in stride(from: 0, to: 2_000, by: 97) {
            var pair = TLSPair(context, server)
            _ = pair.exchange(limit: count)
        }
        var pair = TLSPair(context, server)
        pair.exchange()
        #expect(pair.details != nil)
    }
}

extension TLSPair {
    /// Exchanges until the client has been given `limit` bytes, one at a time; true when there were no more.
    mutating func exchange(limit: Int) -> Bool {
        var left = limit
        while true {
            let outgoing = drainClient()
            server.receive(outgoing.span)
            let incoming = server.drainOutput()
            if outgoing.isEmpty && incoming.isEmpty { return true }
            for byte in incoming {
                guard left > 0 else { return false }
                deliver([byte])
                left -= 1
            }
        }
    }

    /// Exchanges with one bit turned in about every thousandth byte.
    mutating func exchangeDamaged(using generator: inout SplitMix) {
        while true {
            let outgoing = drainClient()
            server.receive(outgoing.span)
            var incoming = server.drainOutput()
            if outgoing.isEmpty && incoming.isEmpty { return }
            for index in incoming.indices where generator.next() % 1_000 == 0 {
                incoming[index] ^= 1 << UInt8(generator.next() % 8)
            }
            deliver(incoming)
        }
    }
}
