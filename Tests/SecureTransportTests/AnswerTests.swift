import ByteCodec
import LabPeers
import SecureTransport
import TLSEngine
import TestSupport
import Testing

@Suite struct AnswerTests {
    @Test(arguments: [LabPeers.TLSVersion.tls12, .tls13])
    func `answers find their attempts in any order`(version: LabPeers.TLSVersion) throws {
        var pair = DoTPair.established(try DoTPair.Lab(versions: version...version))
        for attempt in UInt64(0)..<50 {
            #expect(pair.send(TestMessage.query("a\(attempt).example"), attempt: attempt) == .accepted)
        }
        pair.exchange()
        #expect(pair.queries.count == 50)
        var generator = SplitMix(state: 1)
        let shuffled = pair.queries.shuffled(using: &generator)
        for query in shuffled { pair.say(TestMessage.framed(TestMessage.answer(to: query))) }
        pair.exchange()
        #expect(pair.outcomes.count == 50)
        for (query, outcome) in zip(shuffled, pair.outcomes) {
            guard case .answer(let attempt, let message) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(message == TestMessage.answer(to: query))
            // The name says which attempt it is.
            let asked = TestMessage.query("a\(attempt).example")
            #expect(message[2...].dropFirst(2).starts(with: asked[4...]))
        }
        let (count, isReused) = (pair.session.outstandingCount, pair.session.isReused)
        #expect(count == 0 && isReused)
    }

    @Test func `every split of the stream gives the same events`() throws {
        let lab = try DoTPair.Lab()
        func outcomes(_ split: (Int) -> Int) -> [DoTPair.Outcome] {
            lab.context.forgetTickets()
            var pair = DoTPair(lab)
            for attempt in UInt64(0)..<5 { _ = pair.send(TestMessage.query("a.b\(attempt).example"), attempt: attempt) }
            pair.exchange(split)
            for (index, query) in pair.queries.enumerated().reversed() {
                let answer = TestMessage.answer(to: query, padding: index * 5_000)
                pair.say(([0, 3, 1, 2, 3] + TestMessage.framed(answer)))
            }
            pair.exchange(split)
            pair.server.close()
            pair.exchange(split)
            return pair.outcomes
        }
        let whole = outcomes { $0 }
        #expect(whole.count == 7)
        #expect(outcomes { _ in 1 } == whole)
        for seed in UInt64(0)..<30 {
            var generator = SplitMix(state: seed)
            let longest = [3, 20, 300, 6_000][Int(seed % 4)]
            #expect(outcomes { _ in Int.random(in: 1...longest, using: &generator) } == whole, "seed \(seed)")
        }
    }

    @Test func `what does not match is skipped and counted`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        _ = pair.send(TestMessage.query("one.example"), attempt: 1)
        _ = pair.send(TestMessage.query("two.example"), attempt: 2)
        pair.exchange()
        let (one, two) = (pair.queries[0], pair.queries[1])
        func with(_ identifier: [UInt8], _ message: [UInt8]) -> [UInt8] {
            Array(identifier[..<2]) + message[2...]
        }
        let wrong: [[UInt8]] = [
            // Ids that nobody waits for, or that somebody else waits for.
            with([one[0] ^ 0x80, one[1]], TestMessage.answer(to: one)),
            with(two, TestMessage.answer(to: one)),
            // Another name, type, class; two questions; none with success; a broken name.
            with(one, TestMessage.answer(to: TestMessage.query("one.example.org"))),
            with(one, TestMessage.answer(to: TestMessage.query("one.example", type: 28))),
            with(one, TestMessage.answer(to: TestMessage.query("one.example").dropLast() + [3])),
            with(one, [0, 0, 0x81, 0x80, 0, 2] + TestMessage.answer(to: one)[6...]),
            TestMessage.bareError(to: one, code: 0),
            with(one, [0, 0, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1]),
            with(one, [0, 0, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 3]),
            // A query, less than a header, nothing.
            one, [1, 2, 3], [],
        ]
        pair.say(wrong.flatMap(TestMessage.framed))
        pair.exchange()
        #expect(pair.outcomes.isEmpty)
        let skipped = pair.session.skipped
        #expect(skipped.unknownIdentifier == 1)
        #expect(skipped.otherQuestion == 8)
        #expect(skipped.malformed == 3)

        pair.say([two, one].map { TestMessage.answer(to: $0) }.flatMap(TestMessage.framed))
        pair.say(TestMessage.framed(TestMessage.answer(to: one)))
        pair.exchange()
        #expect(pair.answered == [2, 1])
        let late = pair.session.skipped.unknownIdentifier
        #expect(late == 2)
    }

    @Test func `the spelling of the question does not matter, a bare error is an answer`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        _ = pair.send(TestMessage.query("MiXeD.example"), attempt: 1)
        _ = pair.send(TestMessage.query("two.example"), attempt: 2)
        pair.exchange()
        var lower = TestMessage.answer(to: TestMessage.query("mixed.EXAMPLE"))
        lower.replaceSubrange(..<2, with: pair.queries[0][..<2])
        pair.say(TestMessage.framed(lower))
        pair.say(TestMessage.framed(TestMessage.bareError(to: pair.queries[1], code: 1)))
        pair.exchange()
        #expect(pair.answered == [1, 2])
    }

    /// Each packet comes before the right answer: with nothing of the query, with its id, with its question, too.
    @Test(.enabled(if: PacketCorpus.isPresent, Comment(rawValue: PacketCorpus.missing)), arguments: 0..<3)
    func `every packet of the corpus before the right answer`(disguise: Int) throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        var told = 0
        for (index, packet) in PacketCorpus.packets().enumerated() {
            let attempt = UInt64(index)
            #expect(pair.send(TestMessage.query("n\(index).example"), attempt: attempt) == .accepted)
            pair.exchange()
            #expect(pair.queries.count == 1)
            let query = pair.queries.removeLast()
            let foreign = Self.disguised(packet, as: query, disguise)
            let right = TestMessage.answer(to: query)
            pair.say(TestMessage.framed(foreign) + TestMessage.framed(right))
            pair.exchange()
            // Both are about the query, or the packet says nothing but that it was not understood.
            let isBareError = foreign.count >= 12 && foreign[4...5] == [0, 0] && foreign[3] & 0x0F != 0
            let canPass =
                foreign.count >= 12 && foreign[..<2] == query[..<2] && foreign[2] & 0x80 != 0
                && (isBareError || disguise == 2)
            #expect(pair.outcomes == [.answer(attempt, canPass ? foreign : right)], "packet \(index): \(packet)")
            if canPass { told += 1 }
            pair.outcomes = []
        }
        let count = pair.session.outstandingCount
        #expect(count == 0)
        #expect((told > 1_000) == (disguise == 2), "\(told) packets passed for the answer")
    }

    private static func disguised(_ packet: [UInt8], as query: [UInt8], _ disguise: Int) -> [UInt8] {
        guard disguise > 0, packet.count >= 2 else { return packet }
        guard disguise > 1, packet.count >= 12 else { return Array(query[..<2] + packet[2...]) }
        let header = query[..<2] + [packet[2] | 0x80, packet[3], 0, 1] + packet[6..<12]
        return Array(header + query[12...] + packet[12...])
    }

    @Test func `the largest messages pass both ways`() throws {
        var pair = DoTPair.established(try DoTPair.Lab())
        let query = TestMessage.query("big.example")
        let long = query + [UInt8](repeating: 9, count: DoTSession.maximumMessageBytes - query.count)
        #expect(pair.send(long, attempt: 1) == .accepted)
        #expect(pair.send(long, attempt: 2) == .accepted)
        #expect(pair.send(query, attempt: 3) == .full)
        pair.exchange()
        #expect(pair.queries.map(\.count) == [65_535, 65_535])
        for query in pair.queries {
            pair.say(TestMessage.framed(TestMessage.answer(to: query, padding: 0)))
        }
        pair.exchange()
        #expect(pair.answered == [1, 2])
    }
}
