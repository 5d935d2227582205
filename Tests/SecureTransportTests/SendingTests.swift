import ByteCodec
import LabPeers
import SecureTransport
import Testing

@Suite struct SendingTests {
    @Test func `messages that are ready together leave in one record`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        for attempt in UInt64(0)..<100 { _ = pair.send(TestMessage.query("a\(attempt).example"), attempt: attempt) }
        let bytes = pair.drain()
        #expect(recordTypes(in: bytes) == [23])
        pair.receiveAtServer(bytes)
        #expect(pair.queries.count == 100)
        let rest = pair.drain()
        #expect(rest.isEmpty)
    }

    @Test func `what was accepted during the handshake leaves right behind it`() throws {
        let lab = try DoTPair.Lab(versions: .tls13 ... .tls13)
        var pair = DoTPair(lab)
        #expect(pair.send(TestMessage.query("early.example"), attempt: 1) == .accepted)
        let hello = pair.drain()
        #expect(recordTypes(in: hello) == [22])
        pair.receiveAtServer(hello)
        pair.deliver(pair.server.drainOutput())
        // A change of cipher for old middleboxes, Finished, the query: one flight.
        let flight = pair.drain()
        #expect(recordTypes(in: flight) == [20, 23, 23])
        pair.receiveAtServer(flight)
        #expect(pair.queries.count == 1)
        #expect(pair.queries[0].dropFirst(2).elementsEqual(TestMessage.query("early.example").dropFirst(2)))
    }

    @Test func `ids are unique, spread, and different for each connection`() throws {
        let lab = try DoTPair.Lab()
        var seen: [[UInt16]] = []
        for seed in UInt64(1)...2 {
            var pair = DoTPair.established(lab, seed: seed)
            for attempt in 0..<UInt64(DoTSession.maximumOutstanding) {
                let outcome = pair.send(TestMessage.query("x\(attempt).example"), attempt: attempt)
                #expect(outcome == .accepted)
                if attempt % 1_000 == 0 { pair.exchange() }
            }
            #expect(pair.send(TestMessage.query("more.example"), attempt: 9_999) == .full)
            pair.exchange()
            let identifiers = pair.queries.map(TestMessage.identifier)
            #expect(Set(identifiers).count == DoTSession.maximumOutstanding)
            // Every sixteenth of the number space has its share.
            let shares = Dictionary(grouping: identifiers) { $0 >> 12 }.mapValues(\.count)
            #expect(shares.count == 16 && shares.values.allSatisfy { (150...370).contains($0) })
            seen.append(identifiers)

            pair.answerAll()
            #expect(Set(pair.answered) == Set(0..<UInt64(DoTSession.maximumOutstanding)))
            #expect(pair.send(TestMessage.query("more.example"), attempt: 9_999) == .accepted)
        }
        let isDifferent = seen[0] != seen[1]
        #expect(isDifferent)
    }

    @Test func `a queue that nobody drains is bounded`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        var attempt: UInt64 = 0
        let query = TestMessage.query("q.example") + [UInt8](repeating: 0, count: 1_000)
        while pair.send(query, attempt: attempt) == .accepted { attempt += 1 }
        #expect((100...200).contains(attempt))
        pair.answerAll(padding: 0)
        #expect(pair.answered.count == Int(attempt))
    }

    @Test func `abandoned attempts make room for others`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        let maximum = UInt64(DoTSession.maximumOutstanding)
        for attempt in 0..<3 * maximum {
            #expect(pair.send(TestMessage.query("x.example"), attempt: attempt) == .accepted)
            if attempt >= maximum / 2 { pair.session.abandon(attempt: attempt) }
            if attempt % 1_000 == 0 { pair.exchange() }
        }
        let count = pair.session.outstandingCount
        #expect(count == Int(maximum) / 2)
        pair.session.close()
        #expect(Set(pair.takeUnanswered()) == Set(0..<maximum / 2))
    }

    @Test func `messages gather while the network is slow`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        var wire: [UInt8] = []
        // A socket that takes 100 bytes at a time, with more asked meanwhile.
        for attempt in UInt64(0)..<1_000 {
            _ = pair.send(TestMessage.query("slow\(attempt).example"), attempt: attempt)
            var buffer = [UInt8](repeating: 0, count: 10)
            var span = buffer.mutableSpan
            let count = pair.session.drainOutput(into: &span)
            wire += buffer[..<count]
        }
        wire += pair.drain()
        #expect(recordTypes(in: wire).count < 600)
        pair.receiveAtServer(wire)
        #expect(pair.queries.count == 1_000)
    }

    /// The content types of the records in `bytes` (RFC 8446 section 5.1), which hold nothing else.
    func recordTypes(in bytes: [UInt8]) -> [UInt8] {
        var types: [UInt8] = []
        var index = 0
        while index + 5 <= bytes.count {
            types.append(bytes[index])
            index += 5 + (Int(bytes[index + 3]) << 8 | Int(bytes[index + 4]))
        }
        #expect(index == bytes.count)
        return types
    }
}
