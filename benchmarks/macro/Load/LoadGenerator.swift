import ByteCodec
import LinuxIO
import NetworkTypes

/// Keeps a number of queries outstanding at a server over UDP: one is sent for each that is answered. So the server is
/// as busy as it can be, and never more than that.
struct LoadGenerator: ~Copyable {
    /// Several, because a server with several workers shares them out by the client's port.
    private static let maximumSockets = 4
    private static let sweepNanoseconds: UInt64 = 100_000_000
    /// Nothing may be lost by sleeping longer than a slow server needs.
    private static let napNanoseconds: UInt64 = 1_000_000

    private let sockets: [LoadSocket]
    private let outstandingPerSocket: Int
    private var loop: EventLoop
    private let interruption: Interruption
    private var result = LoadResult()
    private var isExhausted = false

    init(server: Endpoint, outstanding: Int, interruption: Interruption) throws {
        let socketCount = min(LoadGenerator.maximumSockets, outstanding)
        let limit = outstanding / socketCount
        let loop = try EventLoop()
        sockets = try (0..<socketCount).map { number in
            let socket = try LoadSocket(connectedTo: server, outstandingLimit: limit)
            try loop.add(socket.socket.descriptor, token: UInt64(number), for: .readable)
            return socket
        }
        outstandingPerSocket = limit
        self.loop = loop
        self.interruption = interruption
    }

    /// Asks what `source` has until it has no more or `milliseconds` have passed, and waits for the last answers.
    mutating func run(_ source: inout some QuerySource, milliseconds: Int = .max) throws -> LoadResult {
        var receiving = DatagramReceiveBatch()
        var sending = DatagramSendBatch()
        let start = MonotonicClock.now
        let end = milliseconds == .max ? .distantFuture : start.advanced(byMilliseconds: UInt64(milliseconds))
        var lastAnswer = start
        var nextSweep = start.advanced(byNanoseconds: LoadGenerator.sweepNanoseconds)
        var now = start
        while true {
            var hasMoved = false
            for socket in sockets {
                if try takeAnswers(socket, &receiving, now) {
                    hasMoved = true
                    lastAnswer = now
                }
                guard now < end, !isExhausted else { continue }
                if sendQueries(socket, from: &source, &sending, now) { hasMoved = true }
            }
            if now >= end || isExhausted, sockets.allSatisfy({ $0.outstanding.count == 0 }) { break }
            if now >= nextSweep {
                try interruption.check()
                for socket in sockets { result.lost += socket.outstanding.giveUp(now) }
                nextSweep = now.advanced(byNanoseconds: LoadGenerator.sweepNanoseconds)
            }
            if !hasMoved {
                _ = try loop.wait(until: now.advanced(byNanoseconds: LoadGenerator.napNanoseconds), now: now)
            }
            now = MonotonicClock.now
        }
        result.nanoseconds = lastAnswer.nanoseconds(since: start)
        return result
    }

    /// Whether there were any.
    private mutating func takeAnswers(
        _ socket: LoadSocket, _ batch: inout DatagramReceiveBatch, _ now: MonotonicInstant
    ) throws -> Bool {
        let count = try batch.receive(from: socket.socket)
        for index in 0..<count {
            let response = batch[index]
            guard response.count >= Question.headerBytes,
                let sentAt = socket.outstanding.finish(response.bigEndianUInt16(at: 0))
            else { continue }
            result.count(response, afterNanoseconds: now.nanoseconds(since: sentAt))
        }
        return count > 0
    }

    /// Sends as many as may be outstanding, once that is worth a call; whether it did.
    private mutating func sendQueries(
        _ socket: LoadSocket, from source: inout some QuerySource, _ batch: inout DatagramSendBatch,
        _ now: MonotonicInstant
    ) -> Bool {
        let worthwhile = max(1, min(DatagramSendBatch.capacity, outstandingPerSocket) / 4)
        guard socket.outstanding.freeCount >= worthwhile else { return false }
        while socket.outstanding.freeCount > 0, !batch.isFull {
            var message = batch.slot
            let count = source.next(into: &message)
            if count == 0 {
                isExhausted = true
                break
            }
            message.setBigEndian(socket.outstanding.start(at: now), at: 0)
            batch.commit(count)
        }
        let isEmpty = batch.isEmpty
        batch.flush(to: socket.socket)
        return !isEmpty
    }
}
