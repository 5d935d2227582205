import Bundle
import ByteCodec
import CanonicalJSON
import DNSWire
import LabPeers
import LinuxIO
import NetworkTypes
import TestSupport
import Testing
import Varlink

/// Views of the daemon: hidden listeners, each with upstreams and a cache of its own.
@Suite(.serialized, .enabled(if: TestDaemon.isBuilt, TestDaemon.missing))
struct ViewTests {
    private let near: TestUpstream
    private let far: TestUpstream
    private let port: UInt16

    init() throws {
        near = try TestUpstream(named: "near")
        far = try TestUpstream(named: "far")
        port = try ViewTests.freePort()
    }

    private var upstreams: [UpstreamSettings] { [near.settings, far.settings] }

    /// The hidden listener of everybody's view stays closed where `--listen` stands in for it.
    private func views(_ port: UInt16, names: [String]? = nil) -> [ViewSettings] {
        [
            ViewSettings(name: "default", port: 5300, upstreams: ["near"]),
            ViewSettings(name: "chat", port: port, upstreams: ["far"], names: names),
        ]
    }

    private static func freePort() throws -> UInt16 { try ListenerPair.open().datagrams.localEndpoint.port }

    private func daemon(names: [String]? = nil, arguments: [String] = []) throws -> TestDaemon {
        try TestDaemon(upstreams, views: views(port, names: names), arguments: arguments)
    }

    private func reload(_ daemon: TestDaemon, _ views: [ViewSettings]) throws -> String {
        daemon.putBundle(TestBundle.bytes(upstreams, version: 2, views: views))
        return try daemon.reload()
    }

    @Test(arguments: [1, 3])
    func eachAsksItsOwnUpstreamAndKeepsItsOwnAnswers(workers: Int) throws {
        let daemon = try daemon(arguments: ["--workers", "\(workers)"])
        let query = TestQuery.bytes("www.lab.example")
        for _ in 0..<2 {
            #expect(try daemon.ask(query)?.code == .noError)
            #expect(try daemon.ask(query, port: port)?.code == .noError)
        }
        #expect(near.server.counters.queries == 1)
        #expect(far.server.counters.queries == 1)
    }

    @Test func aConnectionBelongsToTheViewOfItsListener() throws {
        let daemon = try daemon()
        let query = TestQuery.bytes("www.lab.example")
        #expect(try TestClient.askOverTCP(query, at: ViewTests.loopback(port)).code == .noError)
        #expect(try TestClient.askOverTCP(query, at: ViewTests.loopback(daemon.port)).code == .noError)
        #expect(near.server.counters.queries == 1)
        #expect(far.server.counters.queries == 1)
    }

    @Test func anExclusiveSubjectsAnswersItsNamesOnly() throws {
        let daemon = try daemon(names: ["www.lab.example", "*.zone.lab.example"])
        #expect(try daemon.ask(TestQuery.bytes("www.lab.example"), port: port)?.lines.isEmpty == false)
        let other = try #require(try daemon.ask(TestQuery.bytes("mail.lab.example"), port: port))
        #expect(other.code == .noError)
        #expect(other.lines.isEmpty)
        #expect(far.server.counters.queries == 1)
        #expect(try daemon.ask(TestQuery.bytes("mail.lab.example"))?.lines.isEmpty == false)
    }

    @Test func theControlSocketAsksInAView() throws {
        let daemon = try daemon(names: ["www.lab.example"])
        func ask(_ name: String, _ view: String?) throws -> VarlinkReply {
            var parameters: JSONObject = ["name": .string(name)]
            parameters["view"] = view.map { .string($0) }
            return try ControlCaller.call(daemon.controlPath, "Query", parameters)
        }
        #expect(try ask("www.lab.example", "chat").parameters["upstream"] == "far")
        #expect(try ask("www.lab.example", nil).parameters["upstream"] == "near")
        let blocked = try ask("mail.lab.example", "chat").parameters
        #expect(blocked["lines"] == [])
        #expect(blocked["extendedError"]?.object?["code"] == 15)
        #expect(try ask("www.lab.example", "nobody").error == "org.varlink.service.InvalidParameter")
    }

    /// The rest of the daemon serves on, and says what is missing.
    @Test func aPortThatIsTakenClosesItsViewAlone() throws {
        let squatter = try DatagramSocket(boundTo: ViewTests.loopback(port))
        let daemon = try daemon()
        let words = "degraded: the view `chat` is closed at 127.0.0.1: cannot listen on `127.0.0.1:\(port)`"
        #expect(daemon.process.standardError.contains(words), "\(daemon.process.standardError)")
        #expect(try daemon.ask(TestQuery.bytes("www.lab.example"))?.code == .noError)
        _ = squatter.localEndpoint
    }

    @Test func aReloadOpensTheViewThatWasClosed() throws {
        let daemon: TestDaemon
        do {
            let squatter = try DatagramSocket(boundTo: ViewTests.loopback(port))
            daemon = try self.daemon()
            _ = squatter.localEndpoint
        }
        let log = try reload(daemon, views(port))
        #expect(!log.contains("degraded"), "\(log)")
        #expect(try daemon.ask(TestQuery.bytes("www.lab.example"), port: port)?.code == .noError)
    }

    @Test func aReloadOpensNewViewsAndClosesOldOnes() throws {
        let daemon = try daemon()
        let query = TestQuery.bytes("www.lab.example")
        #expect(try daemon.ask(query)?.code == .noError)
        let other = try ViewTests.freePort()
        #expect(try reload(daemon, views(other)).contains("reloaded"))
        #expect(try daemon.ask(query, port: other)?.code == .noError)
        #expect(far.server.counters.queries == 1)
        // Whoever binds it now has it.
        #expect(throws: Never.self) { _ = try StreamListener(boundTo: ViewTests.loopback(port)) }
        #expect(try daemon.ask(query)?.code == .noError)
        #expect(near.server.counters.queries == 1)
    }

    private static func loopback(_ port: UInt16) -> Endpoint {
        Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: port)
    }
}
