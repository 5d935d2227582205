import TestSupport
import Testing

/// Every packet gets what it deserves, by datagram and by stream, however its bytes arrive: an answer, FORMERR where
/// its header could be read, or silence. Good queries beside are answered in time, and nothing grows.
@Suite(.serialized, .enabled(if: Programs.areBuilt, Programs.missing))
struct PacketAnswerTests {
    private let scratch = ScratchDirectory()
    /// For a good query, whatever comes beside it.
    private static let patience = Duration.milliseconds(100)
    private static let headerBytes = 12

    @Test func byDatagram() throws {
        #expect(PacketSource.packets.count > 800)
        try withService { daemon in
            let socket = try #require(LoopbackSocket(.datagram, connectedTo: daemon.port))
            var wrong: [String] = []
            for (index, packet) in PacketSource.packets.enumerated() {
                let good = Self.good(index, beside: packet)
                socket.send(packet)
                socket.send(good.message)
                check(packet, good, at: daemon, &wrong) { socket.receive() }
            }
            #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
        }
    }

    @Test func byStream() throws {
        try withService { daemon in
            var wrong: [String] = []
            for (index, packet) in PacketSource.packets.enumerated() where packet.count >= Self.headerBytes {
                let good = Self.good(index, beside: packet)
                let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
                socket.send(packet.framed + good.message.framed)
                check(packet, good, at: daemon, &wrong, socket.receiveFrame)
            }
            #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
        }
    }

    /// A frame without room for a header is not DNS: its connection ends, and no other one suffers.
    @Test func byStreamTooShort() throws {
        try withService { daemon in
            for length in 0..<Self.headerBytes {
                let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
                socket.send([UInt8](repeating: 42, count: length).framed + Self.good(length, beside: []).message.framed)
                #expect(socket.receiveFrame() == nil, "\(length) bytes")
                try expectGoodAnswer(daemon, length)
            }
        }
    }

    /// Two parts at every byte of some packets, of all when soaking: what arrives is the same.
    @Test func byStreamInTwoParts() throws {
        try withService { daemon in
            var wrong: [String] = []
            for packet in PacketSource.sample(20, where: { (12...300).contains($0.count) }) {
                for position in 1...packet.count + 1 {
                    let good = Self.good(position, beside: packet)
                    let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
                    let bytes = packet.framed + good.message.framed
                    socket.send(Array(bytes[..<position]))
                    socket.send(Array(bytes[position...]))
                    check(packet, good, at: daemon, &wrong, socket.receiveFrame)
                }
            }
            #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
        }
    }

    /// A length that promises more than comes, and one that promises less: only that connection suffers.
    @Test func byStreamWithTheWrongLength() throws {
        try withService { daemon in
            for (index, packet) in PacketSource.packets.enumerated() where packet.count > 1 {
                for length in [packet.count / 2, packet.count + 1, 0xFFFF] where length <= 0xFFFF {
                    let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
                    socket.send(UInt16(length).bigEndianBytes + packet)
                    if index % 16 == 0 { try expectGoodAnswer(daemon, index) }
                }
            }
        }
    }

    /// One write with as many as a window takes; the resolver may stop reading where it likes.
    @Test func byStreamSeveralAtOnce() throws {
        let packets = PacketSource.packets
        try withService { daemon in
            for start in stride(from: 0, to: packets.count, by: 20) {
                let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
                socket.send(packets[start..<min(start + 20, packets.count)].flatMap(\.framed))
                try expectGoodAnswer(daemon, start)
            }
        }
    }
}

extension PacketAnswerTests {
    /// Several rounds of `work`: none of them may harm, and after the first none may leave anything behind.
    private func withService(_ work: (ResolverDaemon) throws -> Void) throws {
        let upstream = try LabUpstream.forEveryName(in: scratch)
        defer { withExtendedLifetime(upstream) {} }
        let daemon = try ResolverDaemon(upstream.profile)
        try daemon.expectNoGrowth { _ in
            try work(daemon)
            for number in 0..<5 { try expectGoodAnswer(daemon, number) }
        }
    }

    /// A question with another id than the packet's.
    private static func good(_ number: Int, beside packet: [UInt8]) -> Question {
        let taken = packet.count > 1 ? UInt16(packet[0]) << 8 | UInt16(packet[1]) : 0
        return Question("good\(number % 50).lab.example", identifier: ~taken)
    }

    /// Receives until the good query is answered and, where the packet deserves an answer, that has come, too.
    private func check(
        _ packet: [UInt8], _ good: Question, at daemon: ResolverDaemon, _ wrong: inout [String],
        _ receive: () -> [UInt8]?
    ) {
        let expectation = PacketExpectation(packet)
        var answer: [UInt8]?
        let (goodIsAnswered, elapsed) = daemon.timed {
            while let bytes = receive() {
                if bytes.starts(with: good.identifier.bigEndianBytes) { return true }
                answer = bytes
            }
            return false
        }
        if goodIsAnswered, answer == nil, expectation != .silence { answer = receive() }
        let isItsOwn = answer.map { $0.starts(with: packet.prefix(2)) && $0[2] & 0x80 != 0 } ?? true
        if !goodIsAnswered || elapsed > Self.patience || !isItsOwn || !expectation.isMet(by: answer) {
            let beside = goodIsAnswered ? "good query answered after \(elapsed)" : "good query not answered"
            wrong.append("\(packet): \(expectation), \(answer ?? []), \(beside)")
        }
    }

    private func expectGoodAnswer(_ daemon: ResolverDaemon, _ number: Int) throws {
        let (answer, elapsed) = daemon.timed { daemon.client.ask(Question("good\(number % 50).lab.example")) }
        #expect(try #require(answer).responseCode == 0)
        #expect(elapsed < Self.patience, "a good query took \(elapsed)")
    }
}

extension LoopbackSocket {
    fileprivate func receiveFrame() -> [UInt8]? {
        receiveExactly(2).flatMap { receiveExactly(Int($0[0]) << 8 | Int($0[1])) }
    }
}
