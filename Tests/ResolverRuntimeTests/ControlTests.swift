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

@Suite(.serialized, .enabled(if: TestDaemon.isBuilt, TestDaemon.missing))
struct ControlTests {
    private let upstream: TestUpstream
    private let daemon: TestDaemon

    init() throws {
        upstream = try TestUpstream()
        daemon = try TestDaemon([upstream.settings])
    }

    @Test func resolvesThroughTheSameMachine() throws {
        let first = try call("Query", ["name": "www.lab.example"]).parameters
        #expect(first["rcode"] == "NOERROR")
        #expect(first["fromCache"] == false)
        #expect(first["upstream"] == "lab")
        #expect(first["lines"]?.array?.count == 2)
        let second = try call("Query", ["name": "WWW.lab.example", "type": "A"]).parameters
        #expect(second["fromCache"] == true)
        #expect(try call("Query", ["name": "no.lab.example", "type": "TXT"]).parameters["rcode"] == "NXDOMAIN")
        #expect(upstream.server.counters.queries == 2)
    }

    @Test func refusesWhatIsNoQuestion() throws {
        #expect(try call("Query", ["name": "a..b"]).error == "io.enigm.resolver.InvalidName")
        #expect(try call("Query", ["name": "a", "type": "WRONG"]).error == "io.enigm.resolver.UnknownType")
        #expect(try call("Query", [:]).error == "org.varlink.service.InvalidParameter")
        #expect(try call("Query", ["name": 7]).error == "org.varlink.service.InvalidParameter")
        #expect(try call("Nothing", [:]).error == "org.varlink.service.MethodNotFound")
    }

    @Test func flushesOneNameOrAll() throws {
        for name in ["www.lab.example", "mail.lab.example"] { _ = try call("Query", ["name": .string(name)]) }
        #expect(try call("Flush", ["name": "www.lab.example"]).parameters["removed"] == 1)
        #expect(try call("Query", ["name": "www.lab.example"]).parameters["fromCache"] == false)
        #expect(try call("Query", ["name": "mail.lab.example"]).parameters["fromCache"] == true)
        #expect(try call("Flush", [:]).parameters["removed"] == 2)
    }

    @Test func countsWhatHappened() throws {
        _ = try call("Query", ["name": "www.lab.example"])
        _ = try call("Query", ["name": "www.lab.example"])
        let stats = try call("Stats", [:]).parameters
        #expect(stats["profile"] == "test")
        #expect(stats["profileVersion"] == 1)
        #expect(stats["counters"]?.object?["queries"] == 2)
        #expect(stats["counters"]?.object?["hits"] == 1)
        let histograms = (stats["histograms"]?.array ?? []).compactMap(\.object)
        #expect(histograms.map { $0["name"] } == ["hitLatency", "missLatency", "handshakeLatency"])
        #expect(histograms.map { $0["count"] } == [1, 1, 1])
        let upstreams = stats["upstreams"]?.array ?? []
        #expect(upstreams.first?.object?["answered"] == 1)
        #expect(upstreams.first?.object?["state"] == "healthy")
        #expect(upstreams.first?.object?["answerLatency"]?.object?["count"] == 1)
    }

    @Test func reloadsAnotherBundle() throws {
        let other = daemon.scratch.write(TestBundle.bytes([upstream.settings], version: 3), to: "other")
        let reply = try call("Reload", ["bundle": .string(other)])
        #expect(reply.parameters["changed"] == true)
        #expect(try call("Stats", [:]).parameters["profileVersion"] == 3)
        #expect(try call("Reload", ["bundle": "/nonexistent"]).error == "io.enigm.resolver.BundleRefused")
        #expect(try call("Reload", ["bundle": "relative"]).error == "org.varlink.service.InvalidParameter")
        #expect(try call("Stats", [:]).parameters["profileVersion"] == 3)
    }

    @Test func describesItself() throws {
        let info = try call("GetInfo", [:], interface: "org.varlink.service").parameters
        #expect(info["interfaces"]?.array?.contains("io.enigm.resolver") == true)
    }

    /// A caller that sends rubbish loses its connection; nobody else notices.
    @Test func survivesRubbish() throws {
        let client = try StreamSocket(connectingTo: daemon.controlPath)
        _ = client.write([UInt8](repeating: 0xFF, count: 1000).span)
        _ = client.write([0].span)
        #expect(try call("Query", ["name": "www.lab.example"]).parameters["rcode"] == "NOERROR")
        let silent = try (0..<80).map { _ in SilentCaller(try StreamSocket(connectingTo: daemon.controlPath)) }
        #expect(try call("Query", ["name": "www.lab.example"]).parameters["rcode"] == "NOERROR")
        #expect(silent.count == 80)
    }

    @Test(.enabled(if: ControlTests.hasCommand, "enigmctl is not built: run `swift build`"))
    func servesTheCommandLine() throws {
        let query = enigmctl(["resolver", "query", "www.lab.example"])
        #expect(query.status == .exited(0), "\(query.errors)")
        #expect(query.outputLines.count == 3)
        #expect(query.outputLines.last?.hasPrefix("NOERROR from upstream `lab`, ") == true, "\(query.output)")
        let again = enigmctl(["resolver", "query", "www.lab.example", "--json"])
        #expect(again.output.contains("\"from-cache\":true") && !again.output.contains("fromCache"))
        #expect(again.output.contains("\"schema\":\"enigm.resolver-query/1\""))
        #expect(enigmctl(["resolver", "query", "www.lab.example", "WRONG"]).status == .exited(2))
        let stats = enigmctl(["resolver", "stats"])
        #expect(stats.output.contains("lab       tls   healthy"), "\(stats.output)")
        #expect(stats.outputLines.contains { $0.hasPrefix("hit-latency") && $0.contains(" us") }, "\(stats.output)")
        #expect(stats.outputLines.contains { $0.hasPrefix("upstream `lab`") }, "\(stats.output)")
        let document = enigmctl(["resolver", "stats", "--json"]).output
        #expect(document.contains("\"schema\":\"enigm.resolver-stats/1\""))
        #expect(document.contains("\"name\":\"hit-latency\"") && document.contains("\"negative-hits\":"), "\(document)")
        let flush = enigmctl(["resolver", "flush"])
        #expect(flush.output == "forgot 1 cached answer\n")
        let nothing = enigmctl(["resolver", "flush", "--json"])
        #expect(nothing.output == "{\"removed\":0,\"schema\":\"enigm.resolver-flush/1\"}\n")
    }

    private static var command: String {
        String(TestDaemon.program.dropLast("enigm-resolverd".count)) + "enigmctl"
    }
    private static var hasCommand: Bool { FileContents.exists(command) }

    private func enigmctl(_ arguments: [String]) -> CommandResult {
        CommandResult.run(ControlTests.command, ["--runtime-dir", daemon.runtimeDirectory] + arguments)
    }

    /// Holds a connection and says nothing.
    private final class SilentCaller {
        let socket: StreamSocket
        init(_ socket: consuming StreamSocket) { self.socket = socket }
    }

    private func call(
        _ method: String, _ parameters: JSONObject, interface: String = "io.enigm.resolver"
    ) throws -> VarlinkReply {
        try ControlCaller.call(daemon.controlPath, method, parameters, interface: interface)
    }
}
