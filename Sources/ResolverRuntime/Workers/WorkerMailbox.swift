internal import LinuxIO
internal import Synchronization

/// Between the service's thread and a worker's: work goes one way, news the other. Neither is on the way of a query.
final class WorkerMailbox: Sendable {
    typealias Work = @Sendable (inout Worker) -> Void

    /// What a worker has to tell that nobody asked for.
    struct News: Sendable {
        var notices: [WorkerNotice] = []
        var answers: [ControlAnswer] = []
        /// Nothing is under way any more, and nothing more is taken.
        var isDrained = false
    }

    private let work = Mutex<[Work]>([])
    private let news = Mutex(News())
    /// Readable for the worker when there is work.
    let workArrived: WakeUp
    /// Readable for the service when a worker has news; all workers share it.
    let newsArrived: SharedWakeUp

    init(newsArrived: SharedWakeUp) throws(SystemError) {
        workArrived = try WakeUp()
        self.newsArrived = newsArrived
    }

    func send(_ body: @escaping Work) {
        work.withLock { $0.append(body) }
        workArrived.signal()
    }

    /// Does the work that has come, oldest first.
    func doWork(_ worker: inout Worker) {
        workArrived.acknowledge()
        for body in work.withLock({ work in work.take() }) { body(&worker) }
    }

    func tell(_ change: (inout News) -> Void) {
        news.withLock { change(&$0) }
        newsArrived.value.signal()
    }

    var isDrained: Bool { news.withLock { $0.isDrained } }

    /// What is new since the last time. That a worker is drained stays true.
    func takeNews() -> News {
        news.withLock { news in
            defer { (news.notices, news.answers) = ([], []) }
            return news
        }
    }
}

/// A wake-up with several owners.
final class SharedWakeUp: Sendable {
    let value: WakeUp

    init() throws(SystemError) { value = try WakeUp() }
}

extension Array {
    /// All elements; none is left.
    fileprivate mutating func take() -> [Element] {
        defer { self = [] }
        return self
    }
}
