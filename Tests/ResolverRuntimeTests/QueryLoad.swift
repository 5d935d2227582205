import ByteCodec
import DNSWire
import LinuxIO
import NetworkTypes
import Synchronization
import TestSupport

/// Clients that ask at a steady rate over UDP, each from a socket of its own, as programs do: who has no answer after a
/// second asks once more, and gives up a second later. Most questions are for names that are asked for all the time, some for
/// a name that nobody has asked for yet.
final class QueryLoad {
    struct Outcome: Sendable {
        var asked = 0
        /// Of them, for names of their own.
        var unique = 0
        var answered = 0
        var wrong: [String] = []
        var unanswered = 0
        var retransmitted = 0
        var slowestMilliseconds: UInt64 = 0
    }

    static let names = ["www", "mail", "only4", "a.wild", "b.wild", "c.wild"].map { "\($0).lab.example" }
    private static let sockets = 16
    /// One question in so many is for a new name.
    private static let uniqueShare = 8
    private static let intervalNanoseconds: UInt64 = 1_500_000

    private final class State: Sendable {
        let outcome = Mutex(Outcome())
        let isStopped = Mutex(false)
    }

    private let state = State()
    private var thread: LinuxIO.Thread?

    /// `expected`: the lines of the answer to each of ``names``; those of a new name are those of `a.wild`.
    init(_ target: Endpoint, expected: [String: [String]]) throws {
        let state = state
        thread = try LinuxIO.Thread {
            guard let clients = try? Clients(target, expected) else { return }
            while !state.isStopped.withLock({ $0 }) || !clients.isDone {
                clients.turn(asks: !state.isStopped.withLock { $0 })
            }
            state.outcome.withLock { $0 = clients.outcome }
        }
    }

    /// Waits for the last answers.
    func stop() -> Outcome {
        state.isStopped.withLock { $0 = true }
        thread = nil
        return state.outcome.withLock { $0 }
    }

    private final class Clients {
        private struct Question {
            let socket: Int
            let name: String
            let askedAt: MonotonicInstant
            var isRepeated = false
        }

        private let target: Endpoint
        private let expected: [String: [String]]
        private let sockets: [SharedDatagramSocket]
        private var loop: EventLoop
        private var nextMoment = MonotonicClock.now
        private var waiting: [UInt16: Question] = [:]
        private(set) var outcome = Outcome()

        init(_ target: Endpoint, _ expected: [String: [String]]) throws {
            self.target = target
            self.expected = expected
            sockets = try (0..<QueryLoad.sockets).map { _ in try SharedDatagramSocket() }
            loop = try EventLoop()
            for index in sockets.indices {
                try loop.add(sockets[index].value.descriptor, token: UInt64(index), for: .readable)
            }
        }

        var isDone: Bool { waiting.isEmpty }

        func turn(asks: Bool) {
            let limit = MonotonicClock.now.advanced(byMilliseconds: 20)
            let count = try? loop.wait(until: asks ? min(nextMoment, limit) : limit, now: MonotonicClock.now)
            for index in 0..<(count ?? 0) { receive(Int(loop[index].token)) }
            let now = MonotonicClock.now
            if asks, nextMoment <= now {
                // Who was held up does not make up for it: it is the rate that is steady.
                nextMoment = now.advanced(byNanoseconds: QueryLoad.intervalNanoseconds)
                ask(now: now)
            }
            repeatQuestions(now: now)
        }

        private func ask(now: MonotonicInstant) {
            let number = outcome.asked
            outcome.asked += 1
            let isUnique = number % QueryLoad.uniqueShare == 0
            if isUnique { outcome.unique += 1 }
            let name = isUnique ? "u\(number).wild.lab.example" : QueryLoad.names[number % QueryLoad.names.count]
            let question = Question(socket: number % sockets.count, name: name, askedAt: now)
            let id = UInt16(truncatingIfNeeded: number)
            waiting[id] = question
            send(question, id)
        }

        private func send(_ question: Question, _ id: UInt16) {
            var batch = DatagramSendBatch()
            var room = batch.slot
            let query = TestQuery.bytes(question.name, id: id)
            room.copy(query.span, to: 0)
            batch.commit(query.count, to: target, from: nil)
            batch.flush(to: sockets[question.socket].value)
        }

        private func repeatQuestions(now: MonotonicInstant) {
            for (id, question) in waiting {
                let waited = now.nanoseconds(since: question.askedAt)
                if waited > 2_000_000_000 {
                    outcome.unanswered += 1
                    waiting[id] = nil
                } else if waited > 1_000_000_000, !question.isRepeated {
                    outcome.retransmitted += 1
                    waiting[id]?.isRepeated = true
                    send(question, id)
                }
            }
        }

        private func receive(_ index: Int) {
            var batch = DatagramReceiveBatch()
            let count = (try? batch.receive(from: sockets[index].value)) ?? 0
            for number in 0..<count { take(TestAnswer(Array(batch[number])), on: index) }
        }

        private func take(_ answer: TestAnswer?, on index: Int) {
            guard let answer else { return outcome.wrong.append("no answer at all") }
            // A second answer, to a question that was repeated.
            guard let question = waiting[answer.id] else { return }
            waiting[answer.id] = nil
            outcome.answered += 1
            let milliseconds = MonotonicClock.now.nanoseconds(since: question.askedAt) / 1_000_000
            outcome.slowestMilliseconds = max(outcome.slowestMilliseconds, milliseconds)
            let lines = expected[question.name] ?? expected["a.wild.lab.example"]
            guard question.socket != index || answer.code != .noError || answer.lines.sorted() != lines else { return }
            outcome.wrong.append("\(question.name): \(answer)")
        }
    }

    private final class SharedDatagramSocket {
        let value: DatagramSocket

        init() throws {
            value = try DatagramSocket(boundTo: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 0))
        }
    }
}
