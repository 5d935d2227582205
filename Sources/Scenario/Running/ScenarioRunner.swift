internal import DNSWire
internal import NetworkTypes

/// Plays a scenario to a resolver: its clients, its upstreams and its clock.
package struct ScenarioRunner: ~Copyable {
    /// Long after every client's patience.
    private static let maximumWait: UInt64 = 30_000_000_000
    private static let start = MonotonicInstant.zero.advanced(bySeconds: 1_000_000)

    private let file: ScenarioFile
    private var world: ScenarioWorld
    private var variables: [String: Double] = [:]

    package init(_ file: ScenarioFile) {
        self.file = file
        world = ScenarioWorld(file, now: ScenarioRunner.start)
    }

    /// Plays all steps, up to the first that fails.
    package mutating func run() -> ScenarioOutcome {
        for index in file.steps.indices {
            let next = index + 1 < file.steps.count ? file.steps[index + 1] : nil
            world.enter(file.steps[index].number, before: next)
            if let failure = play(file.steps[index]) { return .failed(failure) }
        }
        return .passed
    }

    private mutating func play(_ step: ScenarioStep) -> ScenarioFailure? {
        switch step.action {
        case .query(let entry, let client): return ask(entry, client, step)
        case .checkAnswer(let entry): return checkAnswer(entry, step)
        case .checkOutgoingQuery(let entry, let address): return checkOutgoing(entry, address, step)
        case .reply(let entry, let address): return reply(entry, address, step)
        case .timeOut(let address): world.timeOut(at: address)
        case .breakConnection(let address): world.breakConnection(at: address)
        case .timePasses(let expression):
            guard let seconds = value(expression), seconds >= 0, seconds < 1e9 else {
                return failure(step, "the time that passes has no value")
            }
            world.pass(nanoseconds: UInt64((seconds * 1e9).rounded()))
        case .assign(let name, let expression):
            guard let value = value(expression) else { return failure(step, "`\(name)` gets no value") }
            variables[name] = value
        case .flush(let name): world.flush(name)
        case .networkChange: world.changeNetwork()
        case .nothing: world.settle()
        }
        return nil
    }

    private func value(_ expression: ScenarioExpression) -> Double? {
        let time = Double(world.now.nanoseconds(since: ScenarioRunner.start)) / 1e9
        let timeout = Double(world.deadline?.nanoseconds(since: world.now) ?? 0) / 1e9
        return expression.value(variables, time: time, timeout: timeout)
    }

    private mutating func ask(
        _ entry: ScenarioEntry, _ client: ScenarioClient, _ step: ScenarioStep
    ) -> ScenarioFailure? {
        guard let address = IPAddress(client.address) else {
            return failure(step, "`\(client.address)` is no address of a client")
        }
        world.ask(entry, from: address, view: client.view)
        return nil
    }

    /// Looks for the answer among those that have come, and gives the resolver the time that it may take.
    private mutating func checkAnswer(_ entry: ScenarioEntry, _ step: ScenarioStep) -> ScenarioFailure? {
        guard let expected = try? MessageContents(entry.message()) else {
            return failure(step, "the expected answer is no message")
        }
        var comparison = MessageComparison(rules: entry.match, expected: expected)
        comparison.comparesRecursionAvailable = file.expectsRecursionAvailable
        comparison.allowsMinimal = true
        let end = world.now.advanced(byNanoseconds: ScenarioRunner.maximumWait)
        while true {
            if world.takeAnswer(where: comparison.matches) { return nil }
            guard !world.hasAnswer, world.advance(until: end) else { break }
        }
        let got = world.likeliestAnswer(to: expected)
        let reason = got == nil ? "the client got no answer" : "the client got another answer"
        return failure(step, reason, comparison.difference(to: got))
    }

    private mutating func checkOutgoing(
        _ entry: ScenarioEntry, _ address: String?, _ step: ScenarioStep
    ) -> ScenarioFailure? {
        guard let expected = try? MessageContents(entry.message()) else {
            return failure(step, "the expected query is no message")
        }
        let comparison = MessageComparison(rules: entry.match, expected: expected)
        if world.checkOutgoing(at: address, comparison.matches) { return nil }
        let got = world.lastOutgoing
        let reason = got == nil ? "no query went to an upstream" : "another query went to an upstream"
        return failure(step, reason, comparison.difference(to: got))
    }

    private mutating func reply(
        _ entry: ScenarioEntry, _ address: String?, _ step: ScenarioStep
    ) -> ScenarioFailure? {
        guard let expected = try? MessageContents(entry.message()) else {
            world.replyToOldest(entry)
            return nil
        }
        let comparison = MessageComparison(rules: entry.match, expected: expected)
        if world.reply(entry, at: address, comparison.matches) { return nil }
        return failure(
            step, "no query that waits at an upstream matches", comparison.difference(to: world.lastOutgoing))
    }

    private func failure(
        _ step: ScenarioStep, _ reason: String, _ difference: [String] = []
    ) -> ScenarioFailure {
        ScenarioFailure(line: step.line, step: step.number, reason: reason, difference: difference)
    }
}
