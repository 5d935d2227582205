import LabPeers
import LinuxIO
import NetworkTypes

/// A DNS-over-TLS client on a real socket, built from the in-memory one: says what it is told, hears what comes.
final class DoTTestClient {
    let tls: TLSTestClient
    /// Kept running for as long as there is a client.
    private let server: UpstreamServerThread
    private let socket: StreamSocket
    private var loop: EventLoop
    private var unsent: [UInt8] = []
    /// How the connection ended, once it has.
    private(set) var ending: Ending?

    enum Ending: Equatable {
        case end
        case reset
    }

    init(_ server: UpstreamServerThread, trusting root: Certificate, resuming session: TLSTestSession? = nil) throws {
        tls = TLSTestClient(trusting: root, name: "dns.lab.example", resuming: session)
        self.server = server
        socket = try StreamSocket(connectingTo: server.endpoint)
        loop = try EventLoop()
        try loop.add(socket.descriptor, token: 0, for: [.readable, .writable])
    }

    /// Frames and sends messages in one TLS record.
    func send(_ messages: [[UInt8]]) {
        tls.send(messages.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 })
    }

    /// The whole messages that have come so far, taken away.
    func takeMessages() -> [[UInt8]] {
        var messages: [[UInt8]] = []
        while tls.received.count >= 2 {
            let count = Int(tls.received[0]) << 8 | Int(tls.received[1])
            guard tls.received.count >= 2 + count else { break }
            messages.append(Array(tls.received[2..<2 + count]))
            tls.received.removeFirst(2 + count)
        }
        return messages
    }

    /// Moves bytes until `condition` holds; false when that takes longer than `seconds`.
    func pump(seconds: UInt64 = 10, until condition: (DoTTestClient) -> Bool) throws -> Bool {
        let limit = MonotonicClock.now.advanced(bySeconds: seconds)
        while !condition(self) {
            guard MonotonicClock.now < limit, ending == nil else { return condition(self) }
            try step(limit)
        }
        return true
    }

    private func step(_ limit: MonotonicInstant) throws {
        unsent += tls.drain()
        try loop.modify(socket.descriptor, token: 0, for: unsent.isEmpty ? .readable : [.readable, .writable])
        _ = try loop.wait(until: limit, now: MonotonicClock.now)
        switch unsent.isEmpty ? .wouldBlock : socket.write(unsent.span) {
        case .moved(let count): unsent.removeFirst(count)
        case .wouldBlock: break
        case .end, .failed:
            ending = .reset
            return
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var room = buffer.mutableSpan
        switch socket.read(into: &room) {
        case .moved(let count): tls.receive(Array(buffer[..<count]))
        case .wouldBlock: break
        case .end: ending = .end
        case .failed: ending = .reset
        }
    }
}
