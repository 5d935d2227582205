import Glibc
import LinuxIO
import NetworkTypes
import TestSupport

/// A network namespace behind a device of the ground's, which forwards for it, as container engines set one up.
final class Container: Sendable {
    /// Its device on this machine, which stands for a bridge.
    let device: String
    /// This machine's addresses on its link, and its own.
    let hosts: [String]
    let addresses: [String]
    private let namespace: NamespaceHandle

    /// `number` tells the links of several apart.
    init(_ device: String, number: Int, on ground: Ground) throws {
        self.device = device
        hosts = ["172.\(number).0.1", "[2001:db8:\(number)::1]"]
        addresses = ["172.\(number).0.2", "[2001:db8:\(number)::2]"]
        namespace = try NamespaceHandle.newNetwork()
        try ground.ip("link add \(device) type veth peer name eth0 netns \(namespace.path)\n")
        _ = try namespace.run { Container.set("ipv6/conf/all/accept_dad", 0) }
        ground.set("ipv6/conf/\(device)/accept_dad", 0)
        try ground.ip(
            """
            link set lo up
            link set eth0 up
            address add 172.\(number).0.2/24 dev eth0
            address add 2001:db8:\(number)::2/64 dev eth0 nodad
            route add default via 172.\(number).0.1

            """, namespace: namespace.path)
        try ground.ip(
            """
            link set \(device) up
            address add 172.\(number).0.1/24 dev \(device)
            address add 2001:db8:\(number)::1/64 dev \(device) nodad

            """)
        try ground.ip("route add ::/0 via 2001:db8:\(number)::1 dev eth0\n", namespace: namespace.path)
        ground.set("ipv4/ip_forward", 1)
        ground.set("ipv6/conf/all/forwarding", 1)
    }

    /// Names it for other programs.
    var path: String { namespace.path }

    /// Runs `body` among its processes: sockets that it makes stay there.
    func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) throws -> Result { try namespace.run(body) }

    private static func set(_ name: String, _ value: Int) {
        TextFile.write(Array("\(value)".utf8), to: "/proc/sys/net/\(name)")
    }
}

/// One attempt of a container's, and what became of it.
struct ContainerRow: Sendable, CustomStringConvertible {
    let container: String
    let kind: Probe.Kind
    let destination: Endpoint
    let expected: Probe.Fate
    let reason: String

    init(
        _ container: String, _ kind: Probe.Kind, _ destination: String, _ expected: Probe.Fate, _ reason: String
    ) {
        self.container = container
        self.kind = kind
        self.destination = KernelTests.endpoint(destination)
        self.expected = expected
        self.reason = reason
    }

    var description: String { "\(container) \(kind) \(destination): \(reason)" }

    /// `services` are listeners on the containers' side of this machine. What leaves over TCP is answered, or it is wrong.
    func fate(from containers: [Container], on ground: Ground, services: [Stub]) throws -> Probe.Fate {
        guard let sender = containers.first(where: { $0.device == container }) else {
            preconditionFailure("no container `\(container)`")
        }
        _ = ground.takeSeen()
        let payload = Array("probe \(self) \(Moment.now)".utf8)
        let error = try sender.run { [kind, destination] in
            ContainerRow.attempt(kind, destination, payload)
        }
        let seen = ground.takeSeen().filter { !ground.isOfEarlierConnection($0) }
        ground.remember(seen)
        if let leak = seen.first(where: { !$0.isOfItsDevice }) { return .wrong("another device's address in \(leak)") }
        if let first = seen.first {
            guard seen.allSatisfy({ $0.destination == destination.address }) else { return .wrong("seen \(seen)") }
            return kind != .tcp || error == 0 ? .leaves(first.device) : .wrong("no answer: error \(error)")
        }
        let service = services.first { service in
            switch kind {
            case .tcp: error == 0 && service.accept(milliseconds: 0) != nil
            case .udp: service.receives(payload, milliseconds: 0)
            case .ping: false
            }
        }
        if let service { return .service(service.port) }
        switch error {
        case 0 where kind != .tcp, ETIMEDOUT: return .lost
        case 0: return .local
        default: return .refused
        }
    }

    /// Zero or errno. An error comes by ICMP, a moment after what it tells of has been sent.
    private static func attempt(_ kind: Probe.Kind, _ destination: Endpoint, _ payload: [UInt8]) -> Int32 {
        let family = destination.address.family
        switch kind {
        case .tcp:
            let socket = GroundSocket(.tcp, family, as: .root)
            socket.abandon()
            return socket.connect(destination, milliseconds: 400)
        case .udp:
            let socket = GroundSocket(.udp, family, as: .root)
            let refusal = socket.connect(destination)
            guard refusal == 0, socket.send(payload) == 0 else { return refusal == 0 ? errno : refusal }
            var error: Int32 = 0
            _ = Moment.wait(.milliseconds(40)) {
                error = socket.pendingError
                return error != 0
            }
            return error
        case .ping:
            let socket = GroundSocket(.raw(protocolNumber: family == .v4 ? 1 : 58), family, as: .root)
            let echo: [UInt8] = family == .v4 ? [8, 0, 0xF7, 0xFD, 0, 1, 0, 1] : [128, 0, 0, 0, 0, 1, 0, 1]
            return socket.send(echo, to: Endpoint(address: destination.address, port: 0))
        }
    }
}
