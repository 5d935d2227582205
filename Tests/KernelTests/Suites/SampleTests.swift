import ProfileMeaning
import ProfileTestSupport
import Ruleset
import TestSupport
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

    struct Verdict: Sendable {
        var disagreements: [Disagreement] = []
        var deeds: [SamplePacket.Deed: Int] = [:]
    }

    @Test(arguments: [UInt64(1), 2])
    func theKernelDoesWhatBothMeaningsSay(seed: UInt64) throws {
        let verdict = try SampleTests.verdict(on: try GroundPolicy(), .ground, seed: seed)
        #expect(verdict.disagreements.isEmpty, "\(verdict.disagreements.count): \(verdict.disagreements.prefix(8))")
        // Packets that all meet one fate would test nothing.
        #expect(verdict.deeds.count == 5 && verdict.deeds.values.allSatisfy { $0 >= 10 }, "\(verdict.deeds)")
    }

    @Test(arguments: RepositoryProfile.golden)
    func theKernelDoesWhatGoldenProfilesSay(golden: RepositoryProfile) throws {
        let policy = try GroundPolicy(golden)
        let verdict = try SampleTests.verdict(on: policy, .edges(of: policy.profile), seed: 3)
        #expect(verdict.disagreements.isEmpty, "\(verdict.disagreements.count): \(verdict.disagreements.prefix(8))")
        #expect(verdict.deeds.count >= 3 && verdict.deeds.values.allSatisfy { $0 >= 2 }, "\(verdict.deeds)")
    }

    private static func verdict(on policy: GroundPolicy, _ domain: SampleDomain, seed: UInt64) throws -> Verdict {
        let table = policy.table()
        let profile = policy.evaluator
        return try Ground.run { ground in
            try ground.apply(table)
            let ruleset = PacketEvaluator(Ruleset(tables: [table]))
            var generator = SampleGenerator(domain, seed: seed)
            var verdict = Verdict()
            for _ in 0..<packetCount {
                let packet = generator.next()
                let kernel = packet.send(on: ground, domain)
                let meanings = (packet.meaning(profile), packet.meaning(ruleset))
                verdict.deeds[meanings.0, default: 0] += 1
                if meanings.0 != meanings.1 || meanings.1 != kernel {
                    verdict.disagreements.append(
                        Disagreement(packet: "\(packet)", profile: meanings.0, ruleset: meanings.1, kernel: kernel))
                }
            }
            return verdict
        }
    }
}
