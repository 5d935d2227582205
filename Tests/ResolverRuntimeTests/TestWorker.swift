import ByteCodec
import DNSWire
import Glibc
import LinuxIO
import NetworkTypes
import ResolverCore
import ResolverRuntime
import Testing

/// A worker on loopback that a test turns by hand, with its clients.
final class TestWorker {
    var worker: Worker
    let endpoint: Endpoint
    private let client: DatagramSocket
    /// Whom the answers over UDP came from.
    private(set) var answerers: [Endpoint] = []

    convenience init(_ upstreams: [TestUpstream], address: IPAddress = .v4(IPv4Address(127, 0, 0, 1))) throws {
        try self.init(adoption: TestBundle.adoption(upstreams.map(\.settings)), address: address)
    }

    init(
        adoption: BundleAdoption, address: IPAddress = .v4(IPv4Address(127, 0, 0, 1)),
        timeOfDay: TimeOfDay = TimeOfDay(), connectionLimit: Int = Worker.maximumConnections
    ) throws {
        var worker = try Worker(
            configuration: adoption.configuration, upstreams: adoption.upstreams, seed: (1, 2), timeOfDay: timeOfDay,
            now: MonotonicClock.now, connectionLimit: connectionLimit)
        let pair = try ListenerPair.open(on: address)
        let client = try DatagramSocket(boundTo: Endpoint(address: address, port: 0))
        let endpoint = pair.datagrams.localEndpoint
        try pair.hand { datagrams, streams in
            try worker.listen(on: datagrams)
            try worker.listen(on: streams)
        }
        self.endpoint = endpoint
        self.worker = worker
        self.client = client
    }

    /// Sends over UDP.
    func send(_ queries: [[UInt8]], to endpoint: Endpoint? = nil) {
        var batch = DatagramSendBatch()
        for query in queries {
            var room = batch.slot
            room.copy(query.span, to: 0)
            batch.commit(query.count, to: endpoint ?? self.endpoint, from: nil)
        }
        batch.flush(to: client)
    }

    /// Sends what is longer than a slot of ours, over IPv4.
    func sendLong(_ query: [UInt8]) -> Bool {
        guard case .v4(let address) = endpoint.address else { return false }
        var peer = sockaddr_in()
        peer.sin_family = sa_family_t(AF_INET)
        peer.sin_port = endpoint.port.bigEndian
        peer.sin_addr.s_addr = address.bits.bigEndian
        return withUnsafePointer(to: &peer) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                let size = socklen_t(MemoryLayout<sockaddr_in>.size)
                return sendto(client.descriptor.rawValue, query, query.count, 0, $0, size) == query.count
            }
        }
    }

    /// Turns until `count` answers have come over UDP, or for `seconds`.
    func answers(_ count: Int, seconds: UInt64 = 5) throws -> [TestAnswer] {
        var answers: [TestAnswer] = []
        let deadline = MonotonicClock.now.advanced(bySeconds: seconds)
        while answers.count < count, MonotonicClock.now < deadline {
            try worker.turn(until: MonotonicClock.now.advanced(byMilliseconds: 5))
            answers += try receive()
        }
        return answers
    }

    /// Turns for that long; what came meanwhile.
    func answers(forMilliseconds milliseconds: UInt64) throws -> [TestAnswer] {
        let deadline = MonotonicClock.now.advanced(byMilliseconds: milliseconds)
        while MonotonicClock.now < deadline { try worker.turn(until: deadline) }
        return try receive()
    }

    func ask(_ name: String, _ type: RecordType = .a) throws -> TestAnswer? {
        send([TestQuery.bytes(name, type)])
        return try answers(1).first
    }

    /// Turns until `isDone`, or for five seconds.
    func turn(until isDone: (borrowing Worker) throws -> Bool) throws {
        let deadline = MonotonicClock.now.advanced(bySeconds: 5)
        while try !isDone(worker), MonotonicClock.now < deadline {
            try worker.turn(until: MonotonicClock.now.advanced(byMilliseconds: 5))
        }
    }

    /// TCP connections of clients.
    var openStreams: Int { worker.openStreamCount }

    func connect() throws -> TestStream { TestStream(try StreamSocket(connectingTo: endpoint)) }

    private func receive() throws -> [TestAnswer] {
        var batch = DatagramReceiveBatch()
        let count = try batch.receive(from: client)
        var answers: [TestAnswer] = []
        for index in 0..<count {
            if let peer = batch.peer(index) { answerers.append(peer) }
            if let answer = TestAnswer(Array(batch[index])) { answers.append(answer) }
        }
        return answers
    }
}

/// A client's TCP connection.
final class TestStream {
    private let socket: StreamSocket
    private var input: [UInt8] = []
    private(set) var isClosed = false

    init(_ socket: consuming StreamSocket) { self.socket = socket }

    func send(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let rest = Array(bytes[sent...])
            switch socket.write(rest.span) {
            case .moved(let count): sent += count
            case .wouldBlock: MonotonicClock.sleep(milliseconds: 1)
            case .end, .failed: return
            }
        }
    }

    /// Sends if there is room.
    func trySend(_ bytes: [UInt8]) { _ = socket.write(bytes.span) }

    func finishWriting() { socket.finishWriting() }

    /// The messages that have come whole.
    func receive() -> [TestAnswer] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isClosed {
            var room = buffer.mutableSpan
            let transfer = socket.read(into: &room)
            guard case .moved(let count) = transfer else {
                isClosed = transfer != .wouldBlock
                break
            }
            input += buffer[..<count]
        }
        var answers: [TestAnswer] = []
        while input.count >= 2 {
            let length = Int(input[0]) << 8 | Int(input[1])
            guard input.count >= 2 + length else { break }
            if let answer = TestAnswer(Array(input[2..<2 + length])) { answers.append(answer) }
            input.removeFirst(2 + length)
        }
        return answers
    }

    /// Turns until `count` answers have come, the connection is closed, or five seconds are over.
    func answers(_ count: Int, from worker: TestWorker) throws -> [TestAnswer] {
        var answers: [TestAnswer] = []
        let deadline = MonotonicClock.now.advanced(bySeconds: 5)
        while answers.count < count, !isClosed, MonotonicClock.now < deadline {
            try worker.worker.turn(until: MonotonicClock.now.advanced(byMilliseconds: 5))
            answers += receive()
        }
        return answers
    }
}
