import TestSupport

/// Asks for names in several zones at the same time, in each for one after the other.
struct ZoneAsker {
    struct Reply {
        /// Nil when there was none in time.
        let answer: Answer?
        let elapsed: Duration
    }

    let port: UInt16
    /// What the names of this run begin with, so that none has been asked for before.
    let prefix: String
    /// Questions in each zone; no more are asked after `duration`.
    let count: Int
    let duration: Duration
    /// What a client waits before it gives up.
    let timeout: Duration

    private struct Waiting {
        let zone: String
        let asked: Moment
    }

    func ask(_ zones: [String]) -> [String: [Reply]] {
        guard let socket = LoopbackSocket(.datagram, connectedTo: port, timeout: .milliseconds(20)) else { return [:] }
        let start = Moment.now
        var replies: [String: [Reply]] = [:]
        var waiting: [UInt16: Waiting] = [:]
        var identifier: UInt16 = 0
        func askNext(_ zone: String) {
            guard replies[zone, default: []].count < count, start.elapsed < duration else { return }
            identifier += 1
            waiting[identifier] = Waiting(zone: zone, asked: .now)
            socket.send(Question("\(prefix)\(identifier).\(zone)", identifier: identifier).message)
        }
        for zone in zones { askNext(zone) }
        while !waiting.isEmpty {
            if let answer = socket.receive().flatMap(Answer.init),
                let one = waiting.removeValue(forKey: answer.identifier)
            {
                replies[one.zone, default: []].append(Reply(answer: answer, elapsed: one.asked.elapsed))
                askNext(one.zone)
            }
            for (identifier, one) in waiting where one.asked.elapsed > timeout {
                waiting[identifier] = nil
                replies[one.zone, default: []].append(Reply(answer: nil, elapsed: one.asked.elapsed))
                askNext(one.zone)
            }
        }
        return replies
    }
}
