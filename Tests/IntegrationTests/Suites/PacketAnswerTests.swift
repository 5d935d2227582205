import TestSupport
import Testing

/// Every packet gets what it deserves, by datagram and by stream, however its bytes arrive; and as an upstream's answer
/// it does no harm. Good queries beside are answered in time, and nothing grows.
@Suite(.serialized, .enabled(if: Programs.areBuilt, Programs.missing))
struct PacketAnswerTests {
    private let scratch = ScratchDirectory()
    private static let patience = Duration.milliseconds(100)
    private static let headerBytes = 12

    @Test func byDatagram() throws {
        #expect(PacketSource.packets.count > 800)
        let (daemon, upstream) = try service()
        defer { withExtendedLifetime(upstream) {} }
        let socket = try #require(LoopbackSocket(.datagram, connectedTo: daemon.port))
        var wrong: [String] = []
        for (index, packet) in PacketSource.packets.enumerated() {
            let good = Self.good(index, beside: packet)
            socket.send(packet)
            socket.send(good.message)
            check(packet, good, &wrong) { socket.receive() }
        }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
        try expectHealth(daemon)
    }

    @Test func byStream() throws {
        let (daemon, upstream) = try service()
        defer { withExtendedLifetime(upstream) {} }
        var wrong: [String] = []
        for (index, packet) in PacketSource.packets.enumerated() where packet.count >= Self.headerBytes {
            let good = Self.good(index, beside: packet)
            let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
            socket.send(packet.framed + good.message.framed)
            check(packet, good, &wrong, socket.receiveFrame)
        }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
        try expectHealth(daemon)
    }

    /// A frame without room for a header is not DNS: its connection ends, and no other one suffers.
    @Test func byStreamTooShort() throws {
        let (daemon, upstream) = try service()
        defer { withExtendedLifetime(upstream) {} }
        for length in 0..<Self.headerBytes {
            let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
            socket.send([UInt8](repeating: 42, count: length).framed + Self.good(length, beside: []).message.framed)
            #expect(socket.receiveFrame() == nil, "\(length) bytes")
            try expectGoodAnswer(daemon, length)
        }
        try expectHealth(daemon)
    }

    /// Two parts at every byte of some packets: what arrives is the same.
    @Test func byStreamInTwoParts() throws {
        let (daemon, upstream) = try service()
        defer { withExtendedLifetime(upstream) {} }
        var wrong: [String] = []
        for packet in PacketSource.sample(40, where: { (12...300).contains($0.count) }) {
            for position in 1...packet.count + 1 {
                let good = Self.good(position, beside: packet)
                let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
                let bytes = packet.framed + good.message.framed
                socket.send(Array(bytes[..<position]))
                socket.send(Array(bytes[position...]))
                check(packet, good, &wrong, socket.receiveFrame)
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
        try expectHealth(daemon)
    }

    /// A length that promises more than comes, and one that promises less: only that connection suffers.
    @Test func byStreamWithTheWrongLength() throws {
        let (daemon, upstream) = try service()
        defer { withExtendedLifetime(upstream) {} }
        for (index, packet) in PacketSource.packets.enumerated() where packet.count > 1 {
            for length in [packet.count / 2, packet.count + 1, 0xFFFF] where length <= 0xFFFF {
                let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
                socket.send(UInt16(length).bigEndianBytes + packet)
                if index % 16 == 0 { try expectGoodAnswer(daemon, index) }
            }
        }
        try expectHealth(daemon)
    }

    /// One write with as many as a window takes; the resolver may stop reading where it likes.
    @Test func byStreamSeveralAtOnce() throws {
        let (daemon, upstream) = try service()
        defer { withExtendedLifetime(upstream) {} }
        let packets = PacketSource.packets
        for start in stride(from: 0, to: packets.count, by: 20) {
            let socket = try #require(LoopbackSocket(.stream, connectedTo: daemon.port))
            socket.send(packets[start..<min(start + 20, packets.count)].flatMap(\.framed))
            try expectGoodAnswer(daemon, start)
        }
        try expectHealth(daemon)
    }

    /// Each packet is asked its own question, so that it may be believed.
    @Test func asAnUpstreamsAnswer() throws {
        let messages = PacketSource.packets.flatMap(\.framed)
        let file = scratch.write(messages, to: "messages", mode: 0o644)
        let upstream = try LabUpstream.forEveryName(["--messages-first", file], in: scratch)
        let daemon = try ResolverDaemon(upstream.profile)
        defer { withExtendedLifetime(upstream) {} }
        let packets = PacketSource.sample(20) { _ in true }
        var resident: [Int] = []
        for round in 0..<3 {
            let unanswered = packets.enumerated().filter { index, packet in
                Self.isUnanswered(daemon, Self.ownQuestion(of: packet) ?? Self.good(index, beside: packet).message)
            }
            #expect(unanswered.isEmpty, "\(unanswered.count) questions of round \(round) have no answer")
            try expectHealth(daemon)
            resident.append(daemon.process.residentKiB)
        }
        #expect(resident[2] - resident[1] < 1_024, "resident memory in KiB after each round: \(resident)")
    }
}

extension PacketAnswerTests {
    private func service() throws -> (ResolverDaemon, LabUpstream) {
        let upstream = try LabUpstream.forEveryName(in: scratch)
        return (try ResolverDaemon(upstream.profile), upstream)
    }

    /// A question with another id than the packet's.
    private static func good(_ number: Int, beside packet: [UInt8]) -> Question {
        let taken = packet.count > 1 ? UInt16(packet[0]) << 8 | UInt16(packet[1]) : 0
        return Question("good\(number % 50).lab.example", identifier: ~taken)
    }

    /// Receives until the good query is answered and, where the packet deserves an answer, that has come, too.
    private func check(_ packet: [UInt8], _ good: Question, _ wrong: inout [String], _ receive: () -> [UInt8]?) {
        let expectation = PacketExpectation(packet)
        var answer: [UInt8]?
        var goodIsAnswered = false
        while !goodIsAnswered || answer == nil && expectation != .silence, let bytes = receive() {
            if bytes.starts(with: good.identifier.bigEndianBytes) { goodIsAnswered = true } else { answer = bytes }
        }
        let isItsOwn = answer.map { $0.starts(with: packet.prefix(2)) && $0[2] & 0x80 != 0 } ?? true
        if !goodIsAnswered || !isItsOwn || !expectation.isMet(by: answer) {
            wrong.append("\(packet): \(expectation), \(answer ?? []), good query answered: \(goodIsAnswered)")
        }
    }

    private static func ownQuestion(of packet: [UInt8]) -> [UInt8]? {
        var reader = MessageReader(packet)
        guard packet.count > 12, packet[4..<6] == [0, 1], reader.take(12) != nil, let name = reader.name(),
            let type = reader.integer(2), name.allSatisfy(\.isASCII)
        else { return nil }
        var question = Question(name)
        question.type = UInt16(type)
        return question.message
    }

    private static func isUnanswered(_ daemon: ResolverDaemon, _ query: [UInt8]) -> Bool {
        guard let socket = LoopbackSocket(.datagram, connectedTo: daemon.port) else { return true }
        socket.send(query)
        return socket.receive()?.starts(with: query.prefix(2)) != true
    }

    private func expectGoodAnswer(_ daemon: ResolverDaemon, _ number: Int) throws {
        let start = Moment.now
        let answer = try #require(daemon.client.ask(Question("good\(number % 50).lab.example")))
        #expect(answer.responseCode == 0)
        #expect(start.elapsed < Self.patience, "a good query took \(start.elapsed)")
    }

    private func expectHealth(_ daemon: ResolverDaemon) throws {
        #expect(daemon.process.poll() == nil, "\(daemon.process.standardError)")
        for number in 0..<5 { try expectGoodAnswer(daemon, number) }
    }
}

extension [UInt8] {
    /// With its length before it (RFC 1035 section 4.2.2).
    fileprivate var framed: [UInt8] { UInt16(count).bigEndianBytes + self }
}

extension LoopbackSocket {
    fileprivate func receiveFrame() -> [UInt8]? {
        receiveExactly(2).flatMap { receiveExactly(Int($0[0]) << 8 | Int($0[1])) }
    }
}
