import TestSupport
import Testing

@testable import enigm_macrobench

/// What servers are told.
@Suite struct ServersTests {
    private func setup(_ server: Server, isAboutCache: Bool = false, isOverHTTPS: Bool = false) -> Setup {
        let upstream = Upstream(
            securePort: 40_853, hasStandardPort: true, httpsPort: 40_443, plainPort: 40_053, name: "upstream.example",
            authority: "/x/authority.pem")
        return server.setup(
            Assignment(
                port: 40_001, directory: "/x", cacheEntries: 1_000, upstream: upstream, isAboutCache: isAboutCache,
                isOverHTTPS: isOverHTTPS, programs: "/programs"))
    }

    private func everything(_ setup: Setup) -> String {
        (setup.files.map(\.text) + setup.arguments).joined(separator: "\n")
    }

    @Test(arguments: Server.all.map(\.name))
    func isToldItsPort(name: String) throws {
        let server = try #require(Server.all.first { $0.name == name })
        #expect(everything(setup(server)).contains("40001"))
    }

    /// A peer that would not verify its upstream would be cheaper than it is allowed to be.
    @Test(arguments: Server.all.filter { $0.abilities.contains(.forwardsOverTLS) }.map(\.name))
    func isToldWhomToTrust(name: String) throws {
        let server = try #require(Server.all.first { $0.name == name })
        let setup = setup(server)
        guard !server.needsStandardPort else {
            #expect(everything(setup).contains("127.0.0.1:853"))
            return
        }
        let text = everything(setup) + setup.launcher.joined()
        #expect(text.contains("40853") && text.contains("upstream.example") && text.contains("/x/authority.pem"))
    }

    @Test(arguments: Server.all.filter { $0.abilities.contains(.forwardsOverHTTPS) }.map(\.name))
    func isToldToAskOverHTTPS(name: String) throws {
        let server = try #require(Server.all.first { $0.name == name })
        let text = everything(setup(server, isOverHTTPS: true))
        #expect(text.contains("40443") && text.contains("/dns-query") && !text.contains("40853"))
        #expect(text.contains("upstream.example") && text.contains("/x/authority.pem"))
    }

    @Test func namesAreUnique() {
        #expect(Set(Server.all.map(\.name)).count == Server.all.count)
    }

    @Test(arguments: [
        ["--only", "nonsense"], ["--peers", "bind"], ["--nonsense"], ["--only", "cached nonsense"],
    ])
    func wrongUsageExitsWith2(arguments: [String]) {
        #expect(Self.run(arguments).status == .exited(2))
    }

    @Test func missingProgramsAreNamed() {
        let result = Self.run(["--programs", "/nowhere", "--reference", "/nowhere/reference"])
        #expect(result.status == .exited(3))
        #expect(
            result.errors == "enigm-macrobench: there is no `/nowhere/enigm-resolverd`; run `make build` first\n")
    }

    private static func run(_ arguments: [String]) -> CommandResult {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        let directory = bundle.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return CommandResult.run(directory.joined(separator: "/") + "/enigm-macrobench", arguments)
    }
}
