import Bundle
import NetfilterBackend
import NetworkTypes
import ProfileMeaning
import ProfileTestSupport
import Ruleset
import TestSupport
import Testing

/// A profile has three meanings: its own, that of its ruleset, and what the kernel does. They are the same.
@Suite(.serialized, .enabled(if: TwoNamespaces.isAvailable, "needs root, `ip` and `nsenter`"))
struct SampleTests {
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
        var kinds: [Kind: Int] = [:]

        struct Kind: Hashable, Sendable {
            var family: AddressFamily
            var protocolNumber: UInt8
        }

        mutating func add(_ packet: SamplePacket, _ deed: SamplePacket.Deed) {
            deeds[deed, default: 0] += 1
            kinds[Kind(family: packet.destination.family, protocolNumber: packet.protocolNumber), default: 0] += 1
        }
    }

    @Test(arguments: [UInt64(1), 2])
    func theKernelDoesWhatBothMeaningsSay(seed: UInt64) throws {
        let verdict = try SampleTests.verdict(on: try GroundPolicy(), .ground, seed: seed, packetCount: 2_000)
        #expect(verdict.disagreements.isEmpty, "\(verdict.disagreements.count): \(verdict.disagreements.prefix(8))")
        #expect(verdict.deeds.count == 5)
    }

    @Test(arguments: RepositoryProfile.shipped)
    func theKernelDoesWhatShippedProfilesSay(file: RepositoryProfile) throws {
        let policy = try GroundPolicy(file)
        let verdict = try SampleTests.verdict(on: policy, .edges(of: policy.profile), seed: 3, packetCount: 5_000)
        #expect(verdict.disagreements.isEmpty, "\(verdict.disagreements.count): \(verdict.disagreements.prefix(8))")
        #expect(verdict.kinds.values.reduce(0, +) >= 5_000)
        for family in AddressFamily.allCases {
            for kind in [UInt8(6), 17, family == .v4 ? 1 : 58] {
                #expect(verdict.kinds[.init(family: family, protocolNumber: kind), default: 0] >= 100)
            }
        }
    }

    @Test(arguments: RepositoryProfile.golden)
    func theKernelDoesWhatGoldenProfilesSay(file: RepositoryProfile) throws {
        let policy = try GroundPolicy(file)
        let verdict = try SampleTests.verdict(on: policy, .edges(of: policy.profile), seed: 3, packetCount: 1_000)
        #expect(verdict.disagreements.isEmpty, "\(verdict.disagreements.count): \(verdict.disagreements.prefix(8))")
    }

    /// The same while the portal is open.
    @Test(arguments: [
        RepositoryProfile("Tests/Golden/39-portal/profile.yaml"),
        RepositoryProfile("Tests/Golden/40-portal-blocks/profile.yaml"),
    ])
    func theKernelDoesWhatProfilesSayOfAnOpenPortal(file: RepositoryProfile) throws {
        let policy = try GroundPolicy(file)
        let resolvers = ["192.0.2.77", "198.51.100.129", "2001:db8:77::77"]
        let verdict = try SampleTests.verdict(
            on: policy, .edges(of: policy.profile), seed: 4, packetCount: 1_000, resolvers: resolvers)
        #expect(verdict.disagreements.isEmpty, "\(verdict.disagreements.count): \(verdict.disagreements.prefix(8))")
    }

    /// Of everything that the profile does with some packet, as many are sent at least.
    private static let floor = 25

    /// `packetCount` by chance, and before them some of every fate. With `resolvers`, those of the link, the portal is
    /// open.
    private static func verdict(
        on policy: GroundPolicy, _ domain: SampleDomain, seed: UInt64, packetCount: Int, resolvers: [String]? = nil
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
        let verdict = try Ground.run { ground in
            try ground.apply(table, wire: wire, paths: tunnels)
            let ruleset = PacketEvaluator(Ruleset(tables: [table, wire]))
            var generator = SampleGenerator(domain, seed: seed)
            var verdict = Verdict()
            let ofEveryFate = ofEveryFate(&generator, profile, tunnels)
            // Whoever marks a socket for a tunnel that is down has no route: no packet of it meets a rule.
            let byChance = generator.next(packetCount) { !absent.contains($0.device(tunnels)) }
            for packet in ofEveryFate + byChance {
                try ground.forgetFlows()
                let kernel = packet.send(on: ground, domain)
                let meanings = (packet.meaning(profile, tunnels), packet.meaning(ruleset, tunnels))
                verdict.add(packet, meanings.0)
                if meanings.0 != meanings.1 || meanings.1 != kernel {
                    verdict.disagreements.append(
                        Disagreement(packet: "\(packet)", profile: meanings.0, ruleset: meanings.1, kernel: kernel))
                }
            }
            return verdict
        }
        // Packets that all meet one fate would test nothing.
        #expect(verdict.deeds.count >= 3 && verdict.deeds.values.allSatisfy { $0 >= floor }, "\(verdict.deeds)")
        return verdict
    }

    /// Some packets for each fate that the profile has for any on the grid.
    private static func ofEveryFate(
        _ generator: inout SampleGenerator, _ profile: ProfileEvaluator, _ tunnels: [TunnelPath]
    ) -> [SamplePacket] {
        var found: [SamplePacket.Deed: [SamplePacket]] = [:]
        var deeds: [SamplePacket.Deed] = []
        for packet in generator.shuffled(generator.grid()) {
            let deed = packet.meaning(profile, tunnels)
            if found[deed] == nil { deeds.append(deed) }
            if found[deed, default: []].count < floor { found[deed, default: []].append(packet) }
        }
        let packets = deeds.compactMap { found[$0] }.flatMap { some in (0..<floor).map { some[$0 % some.count] } }
        return generator.shuffled(packets).map { generator.fromItsOwnPort($0) }
    }
}
