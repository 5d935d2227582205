import LinuxIO
import NetworkTypes
import Testing

@testable import enigm_macrobench

/// What a generator counts.
@Suite struct LoadTests {
    @Test func anAnswerThatComesTooLateIsNotTheNextOnes() {
        var outstanding = OutstandingQueries(limit: 1)
        let start = MonotonicInstant(nanoseconds: 1)
        let first = outstanding.start(at: start)
        #expect(outstanding.freeCount == 0)
        let later = start.advanced(byNanoseconds: OutstandingQueries.patienceNanoseconds + 1)
        #expect(outstanding.giveUp(start) == 0)
        #expect(outstanding.giveUp(later) == 1)
        let second = outstanding.start(at: later)
        #expect(outstanding.finish(first) == nil)
        #expect(outstanding.finish(second) == later)
        #expect(outstanding.finish(second) == nil)
        #expect(outstanding.count == 0)
    }

    /// A server that refuses every fourth query and never answers every tenth.
    @Test func everyQueryIsAnsweredFailedOrLost() throws {
        let server = try DatagramSocket(boundTo: Ports.loopback(0))
        let endpoint = server.localEndpoint
        let serving = Serving(server)
        let thread = try Thread { serving.serve(count: 1_000) }
        var list = QueryList.names(0..<1_000)
        var generator = try LoadGenerator(server: endpoint, outstanding: 20, interruption: try Interruption())
        let result = try generator.run(&list)
        thread.join()
        #expect(result.answered == 675)
        #expect(result.failed == 225)
        #expect(result.lost == 100)
        #expect(result.latencies.count == 900)
        #expect(result.latencyMicroseconds(quantile: 0.5) > 0)
        #expect(result.queriesPerSecond > 0)
    }

    private final class Serving: Sendable {
        private let socket: DatagramSocket

        init(_ socket: consuming DatagramSocket) { self.socket = socket }

        func serve(count: Int) {
            var receiving = DatagramReceiveBatch()
            var sending = DatagramSendBatch()
            var taken = 0
            var answered = 0
            while taken < count, let ready = try? receiving.receive(from: socket) {
                for index in 0..<ready {
                    taken += 1
                    guard taken % 10 != 0, let peer = receiving.peer(index) else { continue }
                    answered += 1
                    let query = receiving[index]
                    var slot = sending.slot
                    for position in query.indices { slot[position] = query[position] }
                    slot[3] = answered % 4 == 0 ? 5 : 0
                    slot[7] = 1
                    sending.commit(query.count, to: peer, from: nil)
                }
                sending.flush(to: socket)
                if ready == 0 { MonotonicClock.sleep(milliseconds: 1) }
            }
        }
    }
}
