internal import ArgumentParser
internal import LabPeers

/// Faults of the upstream, for each connection.
struct BehaviourOptions: ParsableArguments {
    @Option(help: ArgumentHelp("End each connection after so many answers.", valueName: "count"))
    var endAfterAnswers: Int?

    @Option(help: ArgumentHelp("End each connection instead of giving answer number so many.", valueName: "number"))
    var endBeforeAnswer: Int?

    @Option(help: ArgumentHelp("End each connection after so long without a query.", valueName: "milliseconds"))
    var endAfterIdle: Int?

    @Option(help: "How connections end: polite (close_notify and FIN), cut (FIN alone) or reset (RST).")
    var ending: Behaviour.Ending = .polite

    @Option(help: ArgumentHelp("Hold every answer back for so long.", valueName: "milliseconds"))
    var delay = 0

    @Option(help: ArgumentHelp("Never answer every so many-th query of a connection.", valueName: "count"))
    var ignoreEvery: Int?

    @Flag(help: "Send each answer with a wrong id before the right one.")
    var wrongIdFirst = false

    @Flag(help: "Send each answer with a wrong question before the right one.")
    var wrongQuestionFirst = false

    @Flag(help: "Send each answer twice.")
    var repeatAnswers = false

    @Flag(help: "Accept connections and say nothing.")
    var silent = false

    /// Longer waits are no test.
    private static let maximumMilliseconds = 3_600_000

    func validate() throws {
        let counts = [endAfterAnswers, endBeforeAnswer, ignoreEvery].compactMap { $0 }
        guard counts.allSatisfy({ $0 > 0 }) else { throw ValidationError("counts start at 1") }
        let times = [endAfterIdle, delay].compactMap { $0 }
        guard times.allSatisfy((0...BehaviourOptions.maximumMilliseconds).contains) else {
            throw ValidationError("times are 0 to \(BehaviourOptions.maximumMilliseconds) milliseconds")
        }
    }

    var behaviour: Behaviour {
        var behaviour = Behaviour()
        behaviour.endsAfterAnswers = endAfterAnswers
        behaviour.endsBeforeAnswer = endBeforeAnswer
        behaviour.endsAfterIdle = endAfterIdle.map { UInt64($0) * 1_000_000 }
        behaviour.ending = ending
        behaviour.delay = UInt64(delay) * 1_000_000
        behaviour.ignoresEvery = ignoreEvery
        behaviour.sendsWrongIdentifierFirst = wrongIdFirst
        behaviour.sendsWrongQuestionFirst = wrongQuestionFirst
        behaviour.repeatsAnswers = repeatAnswers
        behaviour.isSilent = silent
        return behaviour
    }
}

extension Behaviour.Ending: ExpressibleByArgument {}
