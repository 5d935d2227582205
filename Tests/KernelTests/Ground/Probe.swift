import Glibc
import NetworkTypes
import TestSupport

/// One attempt of one sender, and what became of it.
struct Probe: Sendable {
    enum Kind: Sendable {
        case tcp
        case udp
        case ping
    }

    var identity: Identity
    var kind: Kind
    var destination: Endpoint
    var sourcePort: UInt16 = 0
    var mark: UInt32 = 0
    /// Where the socket is made.
    var cgroup: TestCgroup?

    /// What became of it, on this side and on the other.
    enum Fate: Hashable, Sendable {
        /// The outside saw it arrive by that device.
        case leaves(String)
        /// The stub got it and the outside nothing.
        case stub
        /// The service of a path got it, at that port, and the outside nothing.
        case service(UInt16)
        /// It reached a listener of this machine's, not the stub.
        case local
        /// The sender got an error at once, and the outside saw nothing.
        case refused
        /// Nobody got it and the sender does not know.
        case lost
        /// Something that no row wants: in words.
        case wrong(String)
    }

    /// An error that takes longer than this did not come at once.
    static let promptness = Duration.milliseconds(400)

    func run(on ground: Ground, stub: Stub, services: [Stub] = []) -> Fate {
        _ = ground.takeSeen()
        let start = Moment.now
        let attempt = cgroup.map { $0.perform { self.attempt() } } ?? attempt()
        let elapsed = start.elapsed
        // The last packets of an earlier row's connection may still have been on their way.
        let seen = ground.takeSeen().filter { !ground.isOfEarlierConnection($0) }
        ground.remember(seen)
        if let leak = seen.first(where: { !$0.isOfItsDevice }) { return .wrong("another device's address in \(leak)") }
        let mine = seen.filter { $0.destination == destination.address && $0.protocolNumber == protocolNumber }
        if seen.count != mine.count { return .wrong("outside saw \(seen)") }
        let error = attempt.error
        if let first = mine.first {
            if reaches(stub, attempt, milliseconds: 0) { return .wrong("both the stub and the outside got it") }
            return error == 0 || kind == .tcp ? .leaves(first.device) : .wrong("error \(error), and it left")
        }
        if error == 0, let service = services.first(where: { reaches($0, attempt, milliseconds: 50) }) {
            return .service(service.port)
        }
        if error == 0, reaches(stub, attempt, milliseconds: 500) { return .stub }
        if error == 0 { return destination.address.isLoopback && kind == .tcp ? .local : .lost }
        if error == ETIMEDOUT { return .lost }
        return elapsed < Probe.promptness ? .refused : .wrong("error \(error) came after \(elapsed)")
    }

    /// The IP protocol number.
    private var protocolNumber: UInt8 {
        switch kind {
        case .tcp: 6
        case .udp: 17
        case .ping: destination.address.family == .v4 ? 1 : 58
        }
    }

    private struct Attempt {
        let socket: GroundSocket
        let payload: [UInt8]
        /// Zero or errno.
        let error: Int32
    }

    private func attempt() -> Attempt {
        let family = destination.address.family
        switch kind {
        case .tcp:
            let socket = GroundSocket(.tcp, family, as: identity, mark: mark)
            socket.abandon()
            bind(socket)
            return Attempt(socket: socket, payload: [], error: socket.connect(destination))
        case .udp:
            let socket = GroundSocket(.udp, family, as: identity, mark: mark)
            bind(socket)
            let payload = Array("probe \(identity.user) \(destination) \(Moment.now)".utf8)
            let refusal = socket.connect(destination)
            return Attempt(socket: socket, payload: payload, error: refusal != 0 ? refusal : socket.send(payload))
        case .ping:
            let socket = GroundSocket(.raw(protocolNumber: protocolNumber), family, as: identity, mark: mark)
            let error = socket.send(Probe.echoRequest(family), to: Endpoint(address: destination.address, port: 0))
            return Attempt(socket: socket, payload: [], error: error)
        }
    }

    private func reaches(_ stub: Stub, _ attempt: Attempt, milliseconds: Int) -> Bool {
        switch kind {
        case .tcp: attempt.error == 0 && stub.accept(milliseconds: milliseconds) != nil
        case .udp: stub.receives(attempt.payload, milliseconds: milliseconds)
        case .ping: false
        }
    }

    private func bind(_ socket: GroundSocket) {
        guard sourcePort != 0 else { return }
        socket.bind(anyAddress(destination.address.family, port: sourcePort))
    }

    /// Type, code, checksum (of this very message; the kernel fills in the one of ICMPv6), identifier, sequence.
    private static func echoRequest(_ family: AddressFamily) -> [UInt8] {
        family == .v4 ? [8, 0, 0xF7, 0xFD, 0, 1, 0, 1] : [128, 0, 0, 0, 0, 1, 0, 1]
    }
}
