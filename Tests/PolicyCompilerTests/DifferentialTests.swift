import NetworkTypes
import PolicyCompiler
import ProfileLoader
import ProfileMeaning
import ProfileModel
import Ruleset
import TestSupport
import Testing

/// A profile has two meanings, its own and that of the ruleset: they are the same for every packet.
@Suite struct DifferentialTests {
    /// `make soak` asks for a million.
    private static let packetCount = Int(Repository.environment("ENIGM_DIFFERENTIAL_PACKETS") ?? "") ?? 50_000

    @Test(arguments: [UInt64(1), 2])
    func theRulesetMeansWhatTheProfileSays(seed: UInt64) throws {
        let loaded = ProfileLoader.load(Array(EnforcementExample.text.utf8), fileName: "example.yaml")
        let profile = try #require(loaded.profile)
        let plan = try #require(EnforcementPlanner.plan(profile).plan)
        let table = EnforcementExample.table(RulesetLowering(plan).template)
        let evaluator = ProfileEvaluator(profile, encryptedServices: Set(EncryptedDNSServices.addresses))
        let ruleset = PacketEvaluator(Ruleset(tables: [table]))
        var generator = PacketGenerator(plan: plan, seed: seed)
        var fates: [String: Int] = [:]
        for _ in 0..<DifferentialTests.packetCount {
            let sample = generator.next()
            let says = evaluator.evaluate(
                sample.profilePacket, isLocal: sample.isLocal, isPhysical: sample.device == "eth0")
            let outcome = ruleset.evaluateLeaving(sample.packet)
            let does = Deed(outcome, plan: plan)
            let expected = Deed(says, sample, plan: plan)
            fates["\(expected)", default: 0] += 1
            guard does == expected else {
                Issue.record("seed \(seed): \(sample)\nprofile: \(says)\nruleset: \(does) \(outcome)")
                return
            }
        }
        // A generator that never meets a fate tests nothing of it.
        #expect(fates.count == 6, "\(fates)")
    }
}

/// What became of a packet, in terms that both meanings can say.
enum Deed: Hashable {
    case stub
    case staysLocal
    case leaves(PathNumber)
    case refused

    init(_ outcome: PacketEvaluator.Outcome, plan: EnforcementPlan) {
        guard outcome.fate == .accepted else {
            self = .refused
            return
        }
        let path = PathNumber(UInt8((outcome.packet.mark & MarkLayout.path) >> 24))
        if path == .captured {
            self = .stub
        } else if outcome.packet.isDestinationLocal {
            self = .staysLocal
        } else {
            self = .leaves(path)
        }
    }

    init(_ verdict: ProfileVerdict, _ sample: PacketSample, plan: EnforcementPlan) {
        switch verdict.fate {
        case .local: self = .staysLocal
        case .stub: self = .stub
        case .blocked: self = .refused
        case .essential: self = .leaves(.none)
        case .via(let name):
            let path = plan.paths.first { $0.name == name }!
            let device = if case .tunnel(let tunnel) = path.exit { tunnel.interface } else { "eth0" }
            self = device == sample.device ? .leaves(path.number) : .refused
        }
    }
}
