/// What a script means for one connection.
struct ScriptedConnection {
    private let seed: UInt64
    private let number: Int
    private let answerRules: [ScriptRule]
    /// What happens at once, from first to last.
    let opening: [ScriptRule]
    /// The last line about idleness that fits.
    let idle: (rule: ScriptRule, after: UInt64)?

    /// `number`: of the connection, from 1.
    init(_ script: Script, number: Int) {
        seed = script.seed
        self.number = number
        let fitting = script.rules.filter { rule in
            var chance = ScriptChance(seed: script.seed, rule.line, number)
            return rule.connections.contains(number, chance: chance.next())
        }
        opening = fitting.filter { $0.moment == .opening }
        answerRules = fitting.filter { if case .answer = $0.moment { true } else { false } }
        idle = fitting.reduce(nil) { last, rule in
            if case .idle(let after) = rule.moment { (rule, after) } else { last }
        }
    }

    /// What becomes of the answer to the connection's query number `answer`, from 1.
    func plan(forAnswer answer: Int) -> ScriptedAnswer {
        var plan = ScriptedAnswer()
        for rule in answerRules {
            guard case .answer(let choice, let place) = rule.moment else { continue }
            var chance = ScriptChance(seed: seed, rule.line, number, answer)
            if choice.contains(answer, chance: chance.next()) { plan.add(rule, place, &chance) }
        }
        return plan
    }

    /// Chance for bytes that are sent with an answer, or with none.
    func chance(forAnswer answer: Int) -> ScriptChance { ScriptChance(seed: seed, number, answer) }
}

/// What becomes of one answer.
struct ScriptedAnswer {
    /// The lines that say so.
    private(set) var rules: [ScriptRule] = []
    private(set) var delay: UInt64 = 0
    private(set) var isIgnored = false
    private(set) var resetsStream = false
    private(set) var pace: UInt64?
    private(set) var status: Int?
    private(set) var mediaType: String?
    private(set) var keepalive: ScriptedKeepalive?
    private(set) var messagesBefore: [ScriptedMessage] = []
    /// nil for the right answer.
    private(set) var messageInPlace: ScriptedMessage?
    private(set) var messagesAfter: [ScriptedMessage] = []
    private(set) var noisyPlaces: [ScriptRule.Place] = []
    private(set) var ending: (kind: ScriptRule.Ending, place: ScriptRule.Place)?

    mutating func add(_ rule: ScriptRule, _ place: ScriptRule.Place, _ chance: inout ScriptChance) {
        rules.append(rule)
        switch rule.action {
        case .end(let ending): self.ending = (ending, place)
        case .noise: noisyPlaces.append(place)
        case .trickle(let pace): self.pace = pace
        case .delay(let range): delay = chance.draw(from: range)
        case .ignore: isIgnored = true
        case .status(let status): self.status = status
        case .mediaType(let type): mediaType = type
        case .resetStream: resetsStream = true
        case .keepalive(let keepalive): self.keepalive = keepalive
        case .send(let message):
            switch place {
            case .before: messagesBefore.append(message)
            case .after: messagesAfter.append(message)
            case .inPlace, .within: messageInPlace = message
            }
        }
    }

    /// Whether no client of DNS over HTTPS may believe what goes out as the answer.
    var isFalseOverHTTP: Bool { status.map { $0 != 200 } ?? false || mediaType != nil }
}
