import TestSupport

/// Asks for one fresh name every few milliseconds, whatever happens, and sorts what came back.
final class OutageProbe {
    struct Outcome {
        var succeeded = 0
        var wrong: [String] = []
        var unanswered: [String] = []
        /// Questions that failed, with the time between the end of the outage and their asking.
        var failed: [(name: String, askedAfter: Duration)] = []

        func failedLater(than limit: Duration) -> [String] {
            failed.filter { $0.askedAfter > limit }.map(\.name)
        }
    }

    /// Between two questions: few enough that the zone has a name for each of them.
    private static let interval = Duration.milliseconds(10)

    private let socket: LoopbackSocket?
    private let expected: [Answer?]
    private let firstName: Int
    private var asked: [Moment] = []
    private var answers: [Int: Answer] = [:]

    /// `expected` are the right answers, by the number of the name.
    init(port: UInt16, expected: [Answer?], firstName: Int) {
        socket = LoopbackSocket(.datagram, connectedTo: port, timeout: .milliseconds(5))
        self.expected = expected
        self.firstName = firstName
    }

    func run(for duration: Duration) {
        let start = Moment.now
        while start.elapsed < duration {
            let number = asked.count
            let moment = Moment.now
            asked.append(moment)
            socket?.send(Question(TestZone.name(firstName + number), identifier: UInt16(number)).message)
            while moment.elapsed < OutageProbe.interval { receiveOnce() }
        }
    }

    /// Waits for the answers that are still missing. `end` is when the outage was over.
    func collect(for limit: Duration, since end: Moment) -> Outcome {
        _ = Moment.wait(limit) {
            receiveOnce()
            return answers.count == asked.count
        }
        var outcome = Outcome()
        for (number, moment) in asked.enumerated() {
            let name = TestZone.name(firstName + number)
            guard let answer = answers[number] else {
                outcome.unanswered.append(name)
                continue
            }
            if answer.responseCode == 2 {
                outcome.failed.append((name, moment.time(since: end)))
            } else if answer.answerSet == expected[firstName + number]?.answerSet, answer.responseCode == 0 {
                outcome.succeeded += 1
            } else {
                outcome.wrong.append(name)
            }
        }
        return outcome
    }

    private func receiveOnce() {
        guard let answer = socket?.receive().flatMap(Answer.init) else { return }
        answers[Int(answer.identifier)] = answer
    }
}
