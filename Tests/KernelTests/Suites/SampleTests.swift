import ProfileMeaning
import Ruleset
import Testing

/// A profile has three meanings: its own, that of its ruleset, and what the kernel does. They are the same.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct SampleTests {
    private static let packetCount = 2_000

    struct Disagreement: Hashable, Sendable, CustomStringConvertible {
        var packet: String
        var profile: SamplePacket.Deed
        var ruleset: SamplePacket.Deed
        var kernel: SamplePacket.Deed

        var description: String { "\(packet): profile \(profile), ruleset \(ruleset), kernel \(kernel)" }
    }

    @Test(arguments: [UInt64(1), 2])
    func theKernelDoesWhatBothMeaningsSay(seed: UInt64) throws {
        let policy = try GroundPolicy()
        let table = policy.table()
        let profile = policy.evaluator
        let (disagreements, deeds) = try Ground.run { ground in
            try ground.apply(table)
            let ruleset = PacketEvaluator(Ruleset(tables: [table]))
            var generator = SampleGenerator(seed: seed)
            var disagreements: [Disagreement] = []
            var deeds: [SamplePacket.Deed: Int] = [:]
            for _ in 0..<SampleTests.packetCount {
                let packet = generator.next()
                let meanings = (packet.meaning(profile), packet.meaning(ruleset), packet.send(on: ground))
                deeds[meanings.0, default: 0] += 1
                if meanings.0 != meanings.1 || meanings.1 != meanings.2 {
                    disagreements.append(
                        Disagreement(
                            packet: "\(packet)", profile: meanings.0, ruleset: meanings.1, kernel: meanings.2))
                }
            }
            return (disagreements, deeds)
        }
        #expect(disagreements.isEmpty, "\(disagreements.count): \(disagreements.prefix(8))")
        // Packets that all meet one fate would test nothing.
        #expect(deeds.count == 5 && deeds.values.allSatisfy { $0 >= 20 }, "\(deeds)")
    }
}
