internal import Bundle
internal import LinuxIO
internal import NetworkTypes

/// A worker that turns on a thread of its own until this goes away.
final class WorkerThread {
    private let mailbox: WorkerMailbox
    private let thread: Thread

    /// `share` is the worker's part of the bundle; its sockets come by ``perform(_:)``.
    init(_ share: WorkerShare, newsArrived: SharedWakeUp) throws(SystemError) {
        let mailbox = try WorkerMailbox(newsArrived: newsArrived)
        let failure = Reply<SystemError?>()
        thread = try Thread { WorkerThread.run(share, mailbox, failure) }
        self.mailbox = mailbox
        if let failure = failure.wait() { throw failure }
    }

    deinit { mailbox.send { $0.isStopped = true } }

    /// Runs `body` on the worker's thread, between two turns, and waits for what it answers.
    func perform<Value: Sendable>(_ body: @escaping @Sendable (inout Worker) -> Value) -> Value {
        let reply = Reply<Value>()
        mailbox.send { worker in reply.give(body(&worker)) }
        return reply.wait()
    }

    /// The same without waiting.
    func post(_ body: @escaping WorkerMailbox.Work) { mailbox.send(body) }

    func takeNews() -> WorkerMailbox.News { mailbox.takeNews() }

    var isDrained: Bool { mailbox.isDrained }

    private static func run(_ share: WorkerShare, _ mailbox: WorkerMailbox, _ failure: Reply<SystemError?>) {
        do throws(SystemError) {
            var worker = try Worker(share, now: MonotonicClock.now)
            try worker.watch(mailbox.workArrived.descriptor, number: 0, for: .readable)
            failure.give(nil)
            serve(&worker, mailbox)
        } catch {
            failure.give(error)
        }
    }

    private static func serve(_ worker: inout Worker, _ mailbox: WorkerMailbox) {
        while !worker.isStopped {
            do throws(SystemError) {
                try worker.turn(until: nil)
            } catch {
                preconditionFailure("a worker cannot wait any more: \(error)")
            }
            if !worker.takeServiceEvents().isEmpty { mailbox.doWork(&worker) }
            tellNews(of: &worker, by: mailbox)
        }
        worker.shutDown(now: MonotonicClock.now)
    }

    private static func tellNews(of worker: inout Worker, by mailbox: WorkerMailbox) {
        let (notices, answers) = (worker.takeNotices(), worker.takeControlAnswers())
        let isDrained = worker.isRetired && worker.isDrained
        guard !notices.isEmpty || !answers.isEmpty || isDrained else { return }
        mailbox.tell { news in
            news.notices += notices
            news.answers += answers
            news.isDrained = isDrained
        }
    }
}
