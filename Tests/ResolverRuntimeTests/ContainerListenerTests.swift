import Bundle
import DNSWire
import Glibc
import LinuxIO
import NetworkTypes
import TestSupport
import Testing

/// Views of containers: hidden listeners at the addresses of their devices, which come and go.
@Suite(
    .serialized,
    .enabled(
        if: TestDaemon.isBuilt && geteuid() == 0 && Repository.hasTool("ip") && Repository.hasTool("nsenter"),
        "needs enigm-resolverd, root, `ip` and `nsenter`"))
struct ContainerListenerTests {
    private static let port: UInt16 = 5301
    private static let sides = ["172.17.0.1:5301", "[2001:db8:17::1]:5301"]

    /// The device is made after the start, taken away and made anew.
    @Test func itListensWhereContainersAskAndNowhereElse() throws {
        let (host, container, other) = (try Place(), try Place(), try Place())
        host.ip("link set lo up")
        // A child of the thread that is there; made before this one goes on.
        nonisolated(unsafe) var started: TestDaemon?
        try host.run { started = try ContainerListenerTests.daemon() }
        let daemon = try #require(started)
        for _ in 0..<2 {
            try host.connect("docker0", to: container, ["172.17.0.1/24", "2001:db8:17::1/64"])
            container.ip("address add 172.17.0.2/24 dev eth0", "address add 2001:db8:17::2/64 dev eth0 nodad")
            for side in ContainerListenerTests.sides {
                // Until the daemon has heard of the device.
                let isHeard = Moment.wait(.seconds(5)) { container.answer(at: side) != nil }
                #expect(isHeard, "\(side): \(daemon.process.standardError)")
                // In the view of that port, which answers this name to nobody.
                #expect(container.answer(at: side)?.code == .noError)
                #expect(container.answer(at: side, overTCP: true)?.code == .noError)
            }
            host.ip("link delete docker0")
        }
        // The same address by another device.
        try host.connect("docker0", to: container, ["172.17.0.1/24"])
        container.ip("address add 172.17.0.2/24 dev eth0")
        #expect(Moment.wait(.seconds(5)) { container.answer(at: "172.17.0.1:5301") != nil })
        try host.connect("eth9", to: other, ["198.51.100.1/24"])
        other.ip("address add 198.51.100.2/24 dev eth0", "route add 172.17.0.1/32 via 198.51.100.1")
        #expect(other.answer(at: "172.17.0.1:5301") == nil)
        #expect(other.answer(at: "198.51.100.1:5301") == nil)
    }

    private static func daemon() throws -> TestDaemon {
        try TestDaemon(
            [
                UpstreamSettings(
                    name: "none", serverName: "none.example", addresses: [.v4(IPv4Address(127, 0, 0, 9))], port: 853)
            ],
            views: [
                ViewSettings(name: "default", port: 5300, upstreams: ["none"]),
                ViewSettings(
                    name: "boxes", port: port, upstreams: ["none"], names: ["www.lab.example"], devices: ["docker0"]),
            ])
    }
}

/// A network namespace.
private struct Place: Sendable {
    private let namespace: NamespaceHandle

    init() throws { namespace = try NamespaceHandle.newNetwork() }

    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) throws -> Value {
        try namespace.run { Result { try body() } }.get()
    }

    func ip(_ commands: String...) {
        for command in commands {
            let words = command.split(separator: " ").map(String.init)
            let result = CommandResult.run("nsenter", ["--net=\(namespace.path)", "ip"] + words)
            #expect(result.status == .exited(0), "ip \(command): \(result.errors)")
        }
    }

    /// By a device of that name here, and `eth0` there.
    func connect(_ device: String, to other: Place, _ addresses: [String]) throws {
        ip("link add \(device) type veth peer name eth0 netns \(other.namespace.path)", "link set \(device) up")
        other.ip("link set eth0 up")
        for address in addresses {
            ip("address add \(address) dev \(device)" + (address.contains(":") ? " nodad" : ""))
        }
    }

    /// What is answered at once.
    func answer(at text: String, overTCP: Bool = false) -> TestAnswer? {
        guard let endpoint = Endpoint(text) else { preconditionFailure("`\(text)` is no endpoint") }
        let query = TestQuery.bytes("mail.lab.example")
        return try? run {
            overTCP
                ? try TestClient.askOverTCP(query, at: endpoint)
                : try TestClient.ask(query, at: endpoint, seconds: 1)
        }
    }
}
