import TestSupport
import Testing

/// Every script of the lab, over each transport that it is about: no wrong answer, no silence, and no harm to others.
@Suite(.serialized, .enabled(if: Programs.areBuilt, Programs.missing))
struct MisbehaviourTests {
    /// What the resolvers of C libraries wait for an answer.
    private static let clientTimeout = Duration.seconds(5)
    /// In how much of that time somebody else has to have taken over; the rest is for a machine that is busy.
    private static let takeOver = Duration.seconds(4)
    private static let questionsPerScript = 10
    /// No new questions after that: those that nobody can answer take the resolver's whole time.
    private static let askingTime = Duration.seconds(5)
    /// Of which an upstream's bytes have no part, whatever it sends.
    private static let falseAddresses: [[UInt8]] = [
        [203, 0, 113, 66], [0x20, 0x01, 0x0D, 0xB8, 0x0B, 0xAD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x66],
    ]

    @Test func `every script is known here`() {
        #expect(LabScript.all.count > 40)
        for (name, script) in LabScript.all { #expect(script != nil, "say what comes of lab-scripts/\(name)") }
    }

    @Test(arguments: LabScript.Transport.allCases)
    func `alone it costs its own answers at most`(transport: LabScript.Transport) throws {
        let stage = try MisbehaviourStage(over: transport, hasGoodUpstream: false)
        let replies = stage.ask("alone", count: Self.questionsPerScript, for: Self.askingTime, Self.clientTimeout)
        for script in stage.scripts {
            let own = replies[script.zone] ?? []
            expectNoHarm(own, script)
            let right = own.filter { Self.isRight($0.answer) }.count
            switch script.outcome {
            case .answers: #expect(right == own.count && right > 3, "\(script): \(right), \(Self.words(own))")
            case .failures: #expect(right == 0 && own.count > 1, "\(script): \(right), \(Self.words(own))")
            case .either: #expect(own.count > 1, "\(script): \(Self.words(own))")
            }
        }
        #expect(stage.daemon.process.poll() == nil, "\(stage.daemon.process.standardError)")
    }

    @Test(arguments: LabScript.Transport.allCases)
    func `a good one beside it takes over in time`(transport: LabScript.Transport) throws {
        let stage = try MisbehaviourStage(over: transport, hasGoodUpstream: true)
        let before = stage.daemon.process.footprint
        var resident: [Int] = []
        repeat {
            let replies = stage.ask(
                "round\(resident.count)n", count: Self.questionsPerScript, for: Self.askingTime, Self.clientTimeout)
            for script in stage.scripts {
                let own = replies[script.zone] ?? []
                expectNoHarm(own, script)
                #expect(own.allSatisfy { Self.isRight($0.answer) }, "\(script): \(Self.words(own))")
                let longest = own.map(\.elapsed).max() ?? .zero
                #expect(longest < Self.takeOver, "\(script): \(longest)")
            }
            resident.append(stage.daemon.process.residentKiB)
        } while resident.count < 6 && Self.isGrowing(resident)
        #expect(!Self.isGrowing(resident), "resident KiB after each round: \(resident)")

        let asked = try stage.daemon.statistics().upstreams.filter { $0.asked + $0.failed == 0 }.map(\.name)
        #expect(asked.isEmpty, "these were never met: \(asked)")
        stage.stopUpstreams()
        let isClosed = Moment.wait(.seconds(5)) {
            stage.daemon.process.footprint.descriptorCount <= before.descriptorCount
        }
        #expect(isClosed, "\(before) before, \(stage.daemon.process.footprint) after")
        #expect(stage.daemon.process.poll() == nil, "\(stage.daemon.process.standardError)")
    }

    /// An answer in time, which is the truth or says why there is none.
    private func expectNoHarm(_ replies: [ZoneAsker.Reply], _ script: LabScript) {
        let silent = replies.filter { $0.answer == nil }
        #expect(silent.isEmpty, "\(script): \(silent.count) of \(replies.count) without an answer")
        for answer in replies.compactMap(\.answer) {
            let records = Array(answer.answers.keys) + Array(answer.authority.keys)
            #expect(!records.contains { Self.falseAddresses.contains($0.data) }, "\(script): \(records)")
            // SERVFAIL, or what the upstream said itself.
            let isFailure = [2, 5].contains(answer.responseCode) && !answer.extendedErrors.isEmpty
            #expect(Self.isRight(answer) || isFailure, "\(script): rcode \(answer.responseCode), \(records)")
        }
    }

    private static func isRight(_ answer: Answer?) -> Bool {
        guard let answer else { return false }
        return answer.responseCode == 0 && answer.answerSet.map(\.data) == [[198, 51, 100, 30]]
            && answer.authority.isEmpty
    }

    /// The first round takes what later ones use again.
    private static func isGrowing(_ resident: [Int]) -> Bool {
        guard resident.count > 1 else { return true }
        return resident[resident.count - 1] - resident[resident.count - 2] > ProcessFootprint.maximumGrowthKiB
    }

    private static func words(_ replies: [ZoneAsker.Reply]) -> [String] {
        replies.map { reply in
            guard let answer = reply.answer else { return "nothing" }
            return isRight(answer) ? "right" : "rcode \(answer.responseCode) \(answer.extendedErrors.map(\.text))"
        }
    }
}
