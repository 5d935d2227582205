import NetworkTypes
import PolicyCompiler
import ProfileMeaning
import ProfileModel
import ProfileTestSupport
import Ruleset
import TestSupport
import Testing

/// A profile has two meanings, its own and that of the ruleset: they are the same for every packet.
@Suite struct DifferentialTests {
    /// `make soak` asks for a million.
    private static let packetCount = Int(Repository.environment("ENIGM_DIFFERENTIAL_PACKETS") ?? "") ?? 20_000
    /// What failed once is run again with its seed.
    private static let seed = UInt64(Repository.environment("ENIGM_DIFFERENTIAL_SEED") ?? "") ?? 1

    @Test(arguments: RepositoryProfile.shipped + RepositoryProfile.golden)
    func theRulesetMeansWhatTheProfileSays(file: RepositoryProfile) throws {
        let (profile, plan) = (try file.profile(), try file.plan())
        var evaluator = ProfileEvaluator(profile, encryptedServices: Set(EncryptedDNSServices.addresses))
        evaluator.answered = PacketGenerator.answered(plan)
        evaluator.announcedTranslators = PacketGenerator.translators
        let world = PlaceWorld(plan)
        let template = RulesetLowering(plan).template
        var table = EnforcementExample.table(template, epoch: 1, translators: PacketGenerator.translators) {
            world[$0]
        }
        table.fillNameSets(of: plan, with: evaluator.answered)
        let wire = EnforcementExample.wire(template)
        let closed = (evaluator, PacketEvaluator(Ruleset(tables: [table, wire])))
        table.openPortal(of: plan, resolvers: PacketGenerator.linkResolvers)
        evaluator.portalResolvers = PacketGenerator.linkResolvers
        let open = plan.portal == nil ? closed : (evaluator, PacketEvaluator(Ruleset(tables: [table, wire])))
        var generator = PacketGenerator(plan: plan, world, seed: DifferentialTests.seed)
        var deeds: Set<Deed> = []
        for index in 0..<DifferentialTests.packetCount {
            var sample = generator.next()
            let (evaluator, ruleset) = index % 2 == 0 ? closed : open
            sample.profilePacket.pathOfFlow = sample.pathOfFlow(evaluator, plan)
            let says = evaluator.evaluate(
                sample.profilePacket, isLocal: sample.isLocal, isPhysical: plan.directDevices.contains(sample.device),
                isNeighbour: EnforcementExample.neighbours.contains { $0.contains(sample.packet.destination) })
            let outcome =
                sample.packet.incomingDevice == nil
                ? ruleset.evaluateLeaving(sample.packet)
                : ruleset.evaluateArriving(sample.packet, landing: PacketGenerator.containerSide)
            let expected = Deed(says, sample, plan: plan)
            deeds.insert(expected)
            guard Deed(outcome) == expected else {
                let seed = "ENIGM_DIFFERENTIAL_SEED=\(DifferentialTests.seed)"
                let portal = plan.portal == nil ? "" : index % 2 == 0 ? ", portal closed" : ", portal open"
                Issue.record("\(file), \(seed)\(portal): \(sample)\nprofile: \(says)\nruleset: \(outcome)")
                return
            }
        }
        // A generator that never meets a fate tests nothing of it.
        #expect(
            deeds.isSuperset(of: plan.resolver.views.map { .stub(port: $0.port) })
                && deeds.isSuperset(of: [.staysLocal, .refused, .leaves(.none)]) && deeds.count > 4, "\(deeds)")
    }
}

extension PacketSample {
    /// What its flow's mark says of it, when this very sender began it under this table, and got an answer.
    fileprivate func pathOfFlow(_ evaluator: ProfileEvaluator, _ plan: EnforcementPlan) -> String? {
        guard let flow = packet.flow, flow.state & Packet.Flow.established != 0 else { return nil }
        let sender = profilePacket.sender
        guard evaluator.ownedPath(of: sender) == nil else { return nil }
        let subject = evaluator.subject(of: sender).flatMap { known in
            (plan.subjects + plan.containers).first { $0.name == known.name.value }?.number
        }
        guard flow.mark & MarkLayout.epochAndSubject == MarkLayout.epochBits(1) | (subject ?? .any).bits else {
            return nil
        }
        return plan.paths.first { $0.number.bits == flow.mark & MarkLayout.path }?.name
    }
}

/// What became of a packet, in terms that both meanings can say.
enum Deed: Hashable {
    /// It ends at the hidden listener of a view.
    case stub(port: UInt16)
    case staysLocal
    case leaves(PathNumber)
    /// Translated to a service on this machine, by that path.
    case redirected(PathNumber, port: UInt16)
    case refused

    init(_ outcome: PacketEvaluator.Outcome) {
        guard outcome.fate == .accepted else {
            self = .refused
            return
        }
        let path = outcome.path
        if path == .captured {
            self = .stub(port: outcome.packet.destinationPort ?? 0)
        } else if outcome.packet.isDestinationLocal, path != .none {
            let loopback =
                outcome.packet.destination == IPAddress("127.0.0.1") || outcome.packet.destination == IPAddress("::1")
            guard case .tcp(_, let port, _) = outcome.packet.transport, loopback else {
                self = .staysLocal
                return
            }
            self = .redirected(path, port: port)
        } else if outcome.packet.isDestinationLocal {
            self = .staysLocal
        } else {
            self = .leaves(path)
        }
    }

    init(_ verdict: ProfileVerdict, _ sample: PacketSample, plan: EnforcementPlan) {
        switch verdict.fate {
        case .local: self = .staysLocal
        // Translation is for the first packet of a flow: a flow that was not translated then never is, and refused.
        case .stub(let name):
            let view = plan.resolver.views.first { $0.name == name }
            self = sample.isEstablished ? .refused : view.map { .stub(port: $0.port) } ?? .refused
        case .blocked: self = .refused
        case .essential: self = .leaves(.none)
        case .via(let name): self = plan.paths.first { $0.name == name }.map { Deed(by: $0, sample, plan) } ?? .refused
        }
    }

    /// By the path or not at all; TCP that began under another path has that one's addresses.
    private init(by path: EnforcementPlan.Path, _ sample: PacketSample, _ plan: EnforcementPlan) {
        if case .redirect(let redirect) = path.exit {
            // Translation is for the first packet of a flow.
            let port = redirect.port(sample.profilePacket.destination.family)
            self = sample.isEstablished ? .refused : port.map { .redirected(path.number, port: $0) } ?? .refused
            return
        }
        let began = (sample.packet.flow?.mark ?? 0) & MarkLayout.path
        let hasMoved = sample.isEstablished && sample.isTCP && began != 0 && began != path.number.bits
        // Where there are tunnels, flows older than the table have addresses that only TCP without a tunnel may keep.
        let hasTunnels = plan.paths.contains { if case .tunnel = $0.exit { true } else { false } }
        let isDirectTCP = path.number == .direct && sample.isTCP
        let isTooOld = sample.isEstablished && began == 0 && hasTunnels && !isDirectTCP
        let leaves = plan.devices(of: path).contains(sample.device) && !hasMoved && !isTooOld
        self = leaves ? .leaves(path.number) : .refused
    }
}

extension Packet {
    fileprivate var destinationPort: UInt16? {
        switch transport {
        case .tcp(_, let port, _), .udp(_, let port): port
        default: nil
        }
    }
}

extension EnforcementPlan {
    func devices(of path: Path) -> [String] {
        switch path.exit {
        case .direct(let listed): listed.isEmpty ? ["eth0"] : listed
        case .tunnel(let tunnel): [tunnel.interface]
        case .redirect: []
        }
    }

    var directDevices: [String] { paths.first { $0.number == .direct }.map { devices(of: $0) } ?? [] }
}
