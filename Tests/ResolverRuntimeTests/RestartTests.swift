import ByteCodec
import DNSWire
import Glibc
import LabPeers
import LinuxIO
import NetworkTypes
import Synchronization
import TestSupport
import Testing

/// Clients while the daemon ends and starts again under a service manager.
@Suite(.serialized, .enabled(if: TestDaemon.isBuilt, TestDaemon.missing))
struct RestartTests {
    private let upstream: TestUpstream
    private let manager: SocketHolder

    init() throws {
        upstream = try TestUpstream()
        let scratch = ScratchDirectory()
        scratch.write(TestBundle.bytes([upstream.settings]), to: "bundle")
        manager = try SocketHolder(scratch)
        try manager.start()
    }

    /// Under load: at most one retransmission for each question, and no answer but the right one.
    @Test(arguments: [SIGTERM, SIGKILL])
    func losesNoQuery(signal: CInt) throws {
        let load = try Load(manager.endpoint)
        for _ in 0..<4 {
            usleep(200_000)
            manager.stop(signal)
            try manager.start()
        }
        usleep(300_000)
        let outcome = load.stop()
        #expect(outcome.answered > 200)
        #expect(outcome.wrong == 0)
        #expect(outcome.unanswered == 0)
        // The socket waits while nobody serves it; what a killed process had taken, it takes with it.
        if signal == SIGTERM { #expect(outcome.retransmitted == 0) }
        manager.stop(SIGTERM)
    }

    /// Asks one question at a time, as programs do.
    private final class Client {
        static let names = ["www", "mail", "only4", "a.wild", "b.wild", "c.wild"].map { "\($0).lab.example" }

        private let socket: DatagramSocket
        private let target: Endpoint
        private var identifier: UInt16 = 0
        private(set) var retransmitted = 0

        init(_ target: Endpoint) throws {
            socket = try DatagramSocket(boundTo: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 0))
            self.target = target
        }

        /// The answer, after at most one retransmission a second later.
        func ask(_ name: String) -> TestAnswer? {
            identifier &+= 1
            for attempt in 0..<2 {
                if attempt > 0 { retransmitted += 1 }
                send(TestQuery.bytes(name, id: identifier))
                if let answer = answer(withinMilliseconds: 1_000) { return answer }
            }
            return nil
        }

        private func send(_ query: [UInt8]) {
            var batch = DatagramSendBatch()
            var room = batch.slot
            room.copy(query.span, to: 0)
            batch.commit(query.count, to: target, from: nil)
            batch.flush(to: socket)
        }

        private func answer(withinMilliseconds limit: CInt) -> TestAnswer? {
            var batch = DatagramReceiveBatch()
            var request = pollfd(fd: socket.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
            while poll(&request, 1, limit) == 1 {
                let count = (try? batch.receive(from: socket)) ?? 0
                for index in 0..<count {
                    if let answer = TestAnswer(Array(batch[index])), answer.id == identifier { return answer }
                }
            }
            return nil
        }
    }

    /// Asks one question after the other until it is stopped.
    private final class Load {
        struct Outcome: Sendable {
            var answered = 0
            var wrong = 0
            var unanswered = 0
            var retransmitted = 0
        }

        private final class State: Sendable {
            let outcome = Mutex(Outcome())
            let isStopped = Mutex(false)
        }

        private let state = State()
        private var thread: LinuxIO.Thread?

        init(_ target: Endpoint) throws {
            let state = state
            thread = try LinuxIO.Thread {
                guard let client = try? Client(target) else { return }
                var number = 0
                while !state.isStopped.withLock({ $0 }) {
                    let name = Client.names[number % Client.names.count]
                    number += 1
                    let answer = client.ask(name)
                    state.outcome.withLock { outcome in
                        outcome.retransmitted = client.retransmitted
                        guard let answer else { return outcome.unanswered += 1 }
                        outcome.answered += 1
                        if answer.code != .noError || answer.lines.isEmpty { outcome.wrong += 1 }
                    }
                    usleep(1_000)
                }
            }
        }

        func stop() -> Outcome {
            state.isStopped.withLock { $0 = true }
            thread = nil
            return state.outcome.withLock { $0 }
        }
    }
}
