import Bundle
import CanonicalJSON
import LabPeers
import LinuxIO
import NetworkTypes
import ResolverCore
import ResolverRuntime
import TestSupport
import Testing
import Varlink

/// What `Upstreams` tells of two upstreams of the lab, one of which cannot prove who it is.
@Suite(.serialized, .enabled(if: TestDaemon.isBuilt, TestDaemon.missing))
struct UpstreamReportTests {
    private let good: TestUpstream
    private let bad: TestUpstream

    init() throws {
        good = try TestUpstream(named: "good")
        bad = try TestUpstream(
            named: "bad", identity: TestUpstream.authority.issue(LeafTemplate(name: "other.lab.example")))
    }

    @Test func tellsWhyOneIsNotUsedAndHowTheOtherDoes() throws {
        let daemon = try TestDaemon([bad.settings, good.settings])
        #expect(try ask(daemon, "www.lab.example") == "NOERROR")
        let upstreams = try report(daemon)
        try #require(upstreams.map { $0["name"] } == ["bad", "good"])
        let (refused, used) = (Self.condition(upstreams[0]), Self.condition(upstreams[1]))
        let settings = upstreams[1]
        #expect(refused["state"] == "failing")
        #expect(refused["lastError"] == "certificate is for another name")
        #expect(refused["lastErrorCause"] == "certificate-name-mismatch")
        #expect(refused["address"] == nil && refused["tls"] == nil && refused["p50"] == nil)
        #expect(refused["open"] == 0)
        #expect(used["state"] == "healthy" && used["lastError"] == nil)
        #expect(used["stateSeconds"]?.integer.map { $0 < 60 } == true)
        #expect(used["address"]?.string == good.server.endpoint.description)
        #expect(settings["addresses"]?.array == [.string(good.server.endpoint.description)])
        #expect(used["tls"]?.object?["version"] == "TLS 1.3")
        #expect(used["tls"]?.object?["group"]?.string.map { !$0.isEmpty } == true)
        #expect(used["resumed"] == false)
        #expect(settings["authentication"] == "name" && settings["transport"] == "tls")
        #expect(used["open"] == 1 && used["underWay"] == 0 && used["waiting"] == 0)
        let (p50, p95) = (used["p50"]?.integer ?? 0, used["p95"]?.integer ?? 0)
        #expect(p50 > 0 && p95 >= p50)
        #expect(settings["workers"]?.array == [.object(used)])
    }

    /// The certificate is found wrong before anybody asks.
    @Test func tellsOfAnErrorThatNoQueryMet() throws {
        let daemon = try TestDaemon([bad.settings])
        var refused: JSONObject = [:]
        _ = Moment.wait(.seconds(5)) {
            refused = (try? report(daemon).first).map(Self.condition) ?? [:]
            return refused["lastError"] != nil
        }
        #expect(refused["lastError"] == "certificate is for another name")
        #expect(refused["state"] == "failing" && refused["stateSeconds"] != nil)
    }

    @Test func listsEachWorkerAndAddsThemUp() throws {
        let daemon = try TestDaemon([good.settings], arguments: ["--workers", "2"])
        for index in 0..<16 { _ = try ask(daemon, "n\(index).lab.example") }
        let upstream = try #require(try report(daemon).first)
        let workers = (upstream["workers"]?.array ?? []).compactMap(\.object)
        #expect(workers.count == 2)
        #expect(workers.map { $0["open"] } == [1, 1])
        #expect(Self.condition(upstream)["open"] == 2)
    }

    @Test(.enabled(if: UpstreamReportTests.hasCommand, "enigmctl is not built: run `swift build`"))
    func servesTheCommandLine() throws {
        let daemon = try TestDaemon([bad.settings, good.settings])
        #expect(try ask(daemon, "www.lab.example") == "NOERROR")
        let table = enigmctl(daemon, ["resolver", "upstreams"])
        #expect(table.status == .exited(0), "\(table.errors)")
        try #require(table.outputLines.count == 3, "\(table.output)")
        #expect(table.outputLines[0].hasPrefix("upstream  state"), "\(table.output)")
        #expect(table.outputLines[1].hasPrefix("bad       failing"), "\(table.output)")
        #expect(table.outputLines[1].contains("certificate is for another name, "), "\(table.output)")
        #expect(table.outputLines[2].hasPrefix("good      healthy"), "\(table.output)")
        #expect(table.outputLines[2].contains("TLS 1.3, full"), "\(table.output)")
        let document = enigmctl(daemon, ["resolver", "upstreams", "--json"]).output
        #expect(document.contains("\"schema\":\"enigm.resolver-upstreams/1\""), "\(document)")
        #expect(document.contains("\"last-error-cause\":\"certificate-name-mismatch\""), "\(document)")
        let absent = CommandResult.run(
            UpstreamReportTests.command, ["--runtime-dir", daemon.scratch.path("none"), "resolver", "upstreams"])
        #expect(absent.status == .exited(3))
    }

    /// By SOCKS each view has one of its own; and what is told of the proxy says where it is.
    @Test(.enabled(if: UpstreamReportTests.hasCommand, "enigmctl is not built: run `swift build`"))
    func statisticsTellViewsAndProxiesApart() throws {
        let gone = try ListenerPair.open().datagrams.localEndpoint
        var settings = good.settings
        settings.egress = .proxy(UpstreamSettings.Proxy(.socks, at: gone))
        let views = [
            ViewSettings(name: "default", port: 5300, upstreams: ["good"]),
            ViewSettings(
                name: "chat", port: try ListenerPair.open().datagrams.localEndpoint.port, upstreams: ["good"]),
        ]
        let daemon = try TestDaemon([settings], views: views)
        #expect(try ask(daemon, "www.lab.example") == "SERVFAIL")
        let reply = try ControlCaller.call(daemon.controlPath, "Stats", [:])
        let upstreams = (reply.parameters["upstreams"]?.array ?? []).compactMap(\.object)
        #expect(upstreams.map { $0["view"] } == ["default", "chat"])
        #expect(upstreams.first?["lastFailure"]?.string == "the proxy at \(gone) refuses connections")
        let table = enigmctl(daemon, ["resolver", "stats"])
        let lines = table.outputLines.suffix(2)
        #expect(lines.first?.hasPrefix("good (default)  tls   failing") == true, "\(table.output)")
        #expect(lines.first?.hasSuffix("the proxy at \(gone) refuses connections") == true, "\(table.output)")
        #expect(lines.last?.hasPrefix("good (chat)     tls   idle") == true, "\(table.output)")
    }

    private static var command: String {
        String(TestDaemon.program.dropLast("enigm-resolverd".count)) + "enigmctl"
    }
    private static var hasCommand: Bool { FileContents.exists(command) }

    private func enigmctl(_ daemon: TestDaemon, _ arguments: [String]) -> CommandResult {
        CommandResult.run(UpstreamReportTests.command, ["--runtime-dir", daemon.runtimeDirectory] + arguments)
    }

    private func ask(_ daemon: TestDaemon, _ name: String) throws -> String? {
        try ControlCaller.call(daemon.controlPath, "Query", ["name": .string(name)]).parameters["rcode"]?.string
    }

    private static func condition(_ upstream: JSONObject) -> JSONObject { upstream["condition"]?.object ?? [:] }

    private func report(_ daemon: TestDaemon) throws -> [JSONObject] {
        let reply = try ControlCaller.call(daemon.controlPath, "Upstreams", [:])
        return (reply.parameters["upstreams"]?.array ?? []).compactMap(\.object)
    }
}
