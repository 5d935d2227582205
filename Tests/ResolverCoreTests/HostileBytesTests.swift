import DNSWire
import NetworkTypes
import ResolverCore
import ResolverTestSupport
import TestSupport
import Testing

/// Whatever bytes come from either side: no trap, no answer that is not one, and the next good query is answered.
@Suite struct HostileBytesTests {
    @Test(arguments: [UInt64(0x5EED)])
    func `random and mutated bytes as queries`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let bench = Bench()
        let whole = query("www.example.org", edns: 1232)
        for _ in 0..<20_000 {
            try bench.receive(mutated(whole, &random), from: client(&random))
            try bench.receive((0..<random.below(80)).map { _ in UInt8(random.below(256)) })
            if random.oneIn(50) { try bench.advance(seconds: 1) }
        }
        try expectGoodService(bench)
    }

    @Test(arguments: [UInt64(0x5EED)])
    func `random and mutated bytes as answers`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let bench = Bench(upstreams: ["one"])
        let whole = response(
            "www.example.org", .a,
            [.cname("www.example.org", "a.example.org"), .a("a.example.org"), .soa("example.org")],
            error: (.other, "nothing"))
        for _ in 0..<20_000 {
            try bench.ask("www.example.org", id: UInt16(random.below(65_536)))
            guard let attempt = bench.sent.popLast()?.attempt else {
                bench.resolver.flush()
                try bench.advance(seconds: 0.3)
                continue
            }
            try bench.answer(mutated(whole, &random), to: attempt)
            for (_, reply) in bench.answers { #expect(reply.question == "www.example.org.") }
            bench.answers = []
        }
        try expectGoodService(bench)
    }

    @Test(.enabled(if: PacketCorpus.isPresent, Comment(rawValue: PacketCorpus.missing)))
    func `every packet of the corpus from both sides`() throws {
        let packets = PacketCorpus.packets()
        #expect(packets.count > 1000)
        let bench = Bench()
        var answered = 0
        for packet in packets {
            for transport in [Client.Transport.datagram, .stream] {
                if try bench.receive(packet, from: Bench.client(1, transport)) != nil { answered += 1 }
            }
            if let attempt = bench.sent.popLast()?.attempt { try bench.answer(packet, to: attempt) }
            try bench.ask("www.example.org")
            if let attempt = bench.sent.popLast()?.attempt { try bench.answer(packet, to: attempt) }
            try bench.advance(seconds: 0.5)
        }
        #expect(answered > 0)
        try expectGoodService(bench)
    }

    /// As an upstream sends it, with the question asked in the place of its own, and as a response whatever it is: what
    /// is believed of it is about the name asked for.
    @Test(.enabled(if: PacketCorpus.isPresent, Comment(rawValue: PacketCorpus.missing)), arguments: [false, true])
    func `every packet of the corpus as the answer to another question`(wantsDNSSEC: Bool) throws {
        let bench = Bench(upstreams: ["one"])
        var (believed, refused) = (0, 0)
        for (index, packet) in PacketCorpus.packets().enumerated() where packet.count >= 12 {
            let name = "n\(index).example.org"
            let type = [RecordType.a, .txt, .aaaa, .https, .cname][index % 5]
            #expect(try bench.ask(name, type, edns: 4096, wantsDNSSEC: wantsDNSSEC) == nil)
            // An upstream that has just failed is left alone for a moment.
            while bench.sent.isEmpty { try bench.advance(seconds: 0.25) }
            let question = query(name, type)[12...]
            let end = 12 + (Self.question(of: packet)?.count ?? 0)
            let header = [packet[0], packet[1], packet[2] | 0x80, packet[3], 0, 1] + packet[6..<12]
            try bench.answer(header + question + packet[end...])
            if bench.answers.isEmpty { refused += 1 } else { believed += 1 }
            // The upstream gives no better answer; that is told, too.
            for _ in 0..<10 where bench.answers.isEmpty {
                try bench.advance(seconds: 1)
                if bench.answers.isEmpty, let attempt = bench.sent.last?.attempt { try bench.fail(.closed, attempt) }
            }
            let reply = try #require(bench.reply)
            #expect(bench.answers.count == 1 && reply.question == "\(name).")
            expectAbout("\(name).", reply)
            (bench.answers, bench.sent) = ([], [])
        }
        #expect(believed > 500 && refused > 100)
        try expectGoodService(bench)
    }

    /// Every record is of the name or of one that it is an alias of; in the authority section, of a zone around it or
    /// what proves something.
    private func expectAbout(_ name: String, _ reply: Reply) {
        var names: Set = [name]
        for record in reply.answers {
            if record.type == .dname { continue }
            #expect(names.contains(record.owner), "\(record) in the answer for \(name)")
            if record.type == .cname, let target = try? OwnedName(wire: record.rdata) { names.insert("\(target)") }
        }
    }

    private static func question(of packet: [UInt8]) -> [UInt8]? {
        guard let question = try? QuestionView(in: packet.span, at: 12) else { return nil }
        return Array(packet[12..<question.endOffset])
    }

    /// After all that a good query is still answered, and nothing is left over.
    private func expectGoodService(_ bench: Bench) throws {
        try bench.advance(seconds: 20)
        #expect(bench.resolver.pendingQueryCount == 0)
        #expect(bench.resolver.deadline == nil)
        #expect(bench.resolver.upstreams.allSatisfy { $0.queriesUnderWay == 0 })
        try bench.ask("fresh.example.net")
        try bench.answer(response("fresh.example.net", .a, [.a("fresh.example.net")]))
        #expect(bench.reply?.answers.count == 1)
    }

    private func client(_ random: inout SplitMix) -> Client {
        Bench.client(UInt16(random.below(65_536)), random.oneIn(2) ? .datagram : .stream, stream: 1)
    }

    /// One to four bytes changed, or cut, or grown.
    private func mutated(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<random.below(4) + 1 {
            switch random.below(6) {
            case 0: bytes = Array(bytes.prefix(random.below(bytes.count + 1)))
            case 1: bytes.insert(UInt8(random.below(256)), at: random.below(bytes.count + 1))
            case 2 where !bytes.isEmpty: bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
            default: if !bytes.isEmpty { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            }
        }
        return bytes
    }
}
