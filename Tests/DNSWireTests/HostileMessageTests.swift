import ByteCodec
import TestSupport
import Testing

@testable import DNSWire

/// Bytes that nobody's friend has sent. The parsers neither trap nor run forever, and what validates stays valid.
@Suite struct HostileMessageTests {
    static let seed: UInt64 = 0x0E16_4D01
    static let rounds = 100_000

    @Test func mutatedMessages() {
        var generator = SplitMix(state: Self.seed)
        var accepted = 0
        for round in 0..<Self.rounds {
            var message = WireDumps.all[round % WireDumps.all.count].bytes
            mutate(&message, &generator)
            if survives(message) { accepted += 1 }
        }
        print("seed \(Self.seed): \(Self.rounds) mutated messages, \(accepted) of them still valid")
        #expect(accepted > Self.rounds / 100, "mutations that spoil everything test nothing")
        #expect(accepted < Self.rounds)
    }

    @Test func randomBytes() {
        var generator = SplitMix(state: Self.seed)
        for _ in 0..<20_000 {
            var message = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if message.count > 12, Bool.random(using: &generator) {
                message.replaceSubrange(4..<12, with: [0, 1, 0, 1, 0, 1, 0, 1])
            }
            _ = survives(message)
        }
    }

    @Test(.enabled(if: PacketCorpus.isPresent, Comment(rawValue: PacketCorpus.missing)))
    func everyPacketOfTheCorpus() {
        let packets = PacketCorpus.packets()
        var accepted = 0
        for packet in packets where survives(packet) { accepted += 1 }
        print("corpus: \(packets.count) packets, \(accepted) of them valid")
        #expect(packets.count > 1_000)
        #expect(accepted > 0 && accepted < packets.count)
    }

    /// Sends the message through every parser; whether it validates.
    private func survives(_ message: [UInt8]) -> Bool {
        readEverything(message)
        if case .accepted(let query) = QueryAdmission(message.span) {
            let text = query.name(in: message.span).text
            #expect(OwnedName(text)?.description == text)
        }
        guard let found = validated(message) else { return false }
        checkAgeing(of: message, found)
        checkCopying(of: message, found.summary)
        return true
    }

    /// What was valid stays so when its TTLs change at the recorded offsets: nothing else lies there.
    private func checkAgeing(of message: [UInt8], _ found: (summary: MessageSummary, ttlOffsets: [UInt16])) {
        var aged = message
        for offset in found.ttlOffsets { aged.replaceSubrange(Int(offset)..<Int(offset) + 4, with: [0, 0, 0, 7]) }
        guard let after = validated(aged) else {
            Issue.record("invalid after its TTLs were changed: \(message)")
            return
        }
        #expect(after.ttlOffsets == found.ttlOffsets)
        #expect(after.summary.opt == found.summary.opt)
        #expect(after.summary.minimumTTL == (found.ttlOffsets.isEmpty ? nil : 7))
    }

    /// Records copied into a message of their own, names decompressed and compressed anew, are valid there.
    private func checkCopying(of message: [UInt8], _ summary: MessageSummary) {
        var storage = [UInt8](repeating: 0, count: MessageView.maximumLength)
        guard let count = try? copyRecords(of: message, into: &storage) else {
            Issue.record("records could not be copied: \(message)")
            return
        }
        let copy = validated(Array(storage[..<count]))
        if copy?.summary.minimumTTL != summary.minimumTTL || copy?.summary.negativeTTL != summary.negativeTTL {
            Issue.record("wrong after its records were copied: \(message)")
        }
    }

    private func copyRecords(of message: [UInt8], into storage: inout [UInt8]) throws -> Int {
        let view = try MessageView(message.span)
        var span = storage.mutableSpan
        var builder = try MessageBuilder(&span, header: view.header)
        var cursor = try view.records()
        while let record = try cursor.next() {
            if !record.type.isPerMessage { try builder.addRecord(copying: record) }
        }
        return builder.finish()
    }

    private func mutate(_ message: inout [UInt8], _ generator: inout SplitMix) {
        for _ in 0...Int.random(in: 0...3, using: &generator) {
            guard !message.isEmpty else { return }
            let index = Int.random(in: message.indices, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: message[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: message[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            case 2: message.insert(UInt8.random(in: 0...255, using: &generator), at: index)
            case 3: message.remove(at: index)
            case 4: message.removeSubrange(index...)
            default: if index + 1 < message.count { message.replaceSubrange(index...index + 1, with: [0xC0, 0x0C]) }
            }
        }
    }
}
