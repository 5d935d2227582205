import Bundle
import NetfilterBackend
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

    @Test(arguments: RepositoryProfile.shipped + RepositoryProfile.golden)
    func theKernelDoesWhatProfilesSay(file: RepositoryProfile) throws {
        let policy = try GroundPolicy(file)
        let verdict = try SampleTests.verdict(on: policy, .edges(of: policy.profile), seed: 3)
        #expect(verdict.disagreements.isEmpty, "\(verdict.disagreements.count): \(verdict.disagreements.prefix(8))")
        #expect(verdict.deeds.count >= 3 && verdict.deeds.values.allSatisfy { $0 >= 2 }, "\(verdict.deeds)")
    }

    /// The same while the portal is open.
    @Test(arguments: [
        RepositoryProfile("Tests/Golden/39-portal/profile.yaml"),
        RepositoryProfile("Tests/Golden/40-portal-blocks/profile.yaml"),
    ])
    func theKernelDoesWhatProfilesSayOfAnOpenPortal(file: RepositoryProfile) throws {
        let policy = try GroundPolicy(file)
        let resolvers = ["192.0.2.77", "198.51.100.129", "2001:db8:77::77"]
        let verdict = try SampleTests.verdict(on: policy, .edges(of: policy.profile), seed: 4, resolvers: resolvers)
        #expect(verdict.disagreements.isEmpty, "\(verdict.disagreements.count): \(verdict.disagreements.prefix(8))")
        #expect(verdict.deeds.count >= 3 && verdict.deeds.values.allSatisfy { $0 >= 2 }, "\(verdict.deeds)")
    }

    private static func verdict(
        on policy: GroundPolicy, _ domain: SampleDomain, seed: UInt64, resolvers: [String]? = nil
    ) throws -> Verdict {
        // A tunnel that the ground does not have is down.
        let absent = policy.tunnels.map(\.device).filter { $0 != Ground.tunnel }
        var opened = policy.table(downDevices: Set(absent))
        var evaluator = policy.evaluator
        if let resolvers {
            evaluator.portalResolvers = Set(resolvers.map(address))
            for (name, elements) in try #require(policy.portal).contents(resolvers.map(address)) {
                let index = try #require(opened.sets.firstIndex { $0.name == name })
                opened.sets[index].elements = elements.sorted()
            }
        }
        let (table, profile, tunnels, wire) = (opened, evaluator, policy.tunnels, policy.wire)
        return try Ground.run { ground in
            try ground.apply(table, wire: wire, paths: tunnels)
            let ruleset = PacketEvaluator(Ruleset(tables: [table, wire]))
            var generator = SampleGenerator(domain, seed: seed)
            var verdict = Verdict()
            for _ in 0..<packetCount {
                let packet = generator.next()
                // Whoever marks a socket for a tunnel that is down has no route: no packet of it meets a rule.
                if absent.contains(packet.device(tunnels)) { continue }
                try ground.forgetFlows()
                let kernel = packet.send(on: ground, domain)
                let meanings = (packet.meaning(profile, tunnels), packet.meaning(ruleset, tunnels))
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
