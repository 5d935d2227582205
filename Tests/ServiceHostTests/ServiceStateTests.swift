import Bundle
import CanonicalJSON
import NetworkTypes
import ServiceHost
import TestSupport
import Testing

@Suite struct ServiceStateTests {
    private let scratch = ScratchDirectory()

    private func bytes(version: UInt64) throws -> [UInt8] {
        let upstream = UpstreamSettings(
            name: "main", serverName: "dns.example", addresses: [try #require(IPAddress("198.51.100.1"))], port: 853,
            pins: [],
            certificateAuthority: nil)
        let resolver = ResolverSettings(
            listeners: [try #require(Endpoint("127.0.0.1:5300"))], user: nil, upstreams: [upstream],
            selection: .ordered,
            cache: CacheSettings(entries: 1, minimumTTL: 0, maximumTTL: 1), paddingBlock: 0, rebinding: .block)
        let profile = ProfileIdentity(name: "test", version: version, description: "")
        return BundleWriter(BundleManifest(profile: profile, defaultVerdict: .block, resolver: resolver)).encoded()
    }

    private func source(_ arguments: String...) throws -> BundleSource {
        let request = DaemonOptions.read(
            ["--bundle", scratch.path("given"), "--runtime-dir", scratch.path, "--state-dir", scratch.path] + arguments,
            environment: { _ in nil }
        ) { _, _ in false }
        guard case .run(let options) = request else { throw Unread() }
        return try BundleSource(options, daemon: "test", .whole)
    }

    private struct Unread: Error {}

    private func newestVersion(_ source: BundleSource) throws -> (version: UInt64, isSetAside: Bool) {
        let newest = try source.newest { path throws(HostFailure) in try source.load(path) }
        return (newest.accepted.bundle.manifest.profile.version, newest.setAside != nil)
    }

    @Test func aStartBeginsWithTheNewerBundle() throws {
        scratch.write(try bytes(version: 3), to: "given")
        var first = try source()
        #expect(try newestVersion(first) == (3, false))
        try first.confirm(try first.load(scratch.path("given")))
        scratch.write(try bytes(version: 2), to: "given")
        #expect(try newestVersion(try source()) == (3, true))
        #expect(throws: HostFailure.self) { try source().load(scratch.path("given")) }
        scratch.write(try bytes(version: 4), to: "given")
        #expect(try newestVersion(try source()) == (4, false))
        scratch.write("rubbish", to: "given")
        #expect(try newestVersion(try source()) == (3, true))
    }

    @Test func goingBackOnPurposeLowersTheFloor() throws {
        for version: UInt64 in [5, 2] {
            scratch.write(try bytes(version: version), to: "given")
            var source = try source("--allow-rollback")
            try source.confirm(try source.load(scratch.path("given")))
        }
        #expect(try source().state.floor == 2)
    }

    @Test func oneCopyIsKept() throws {
        for version: UInt64 in 1...3 {
            scratch.write(try bytes(version: version), to: "given")
            var source = try source()
            source.state.own = ["number": .integer(Int64(version))]
            try source.confirm(try source.load(scratch.path("given")))
        }
        let names = TextFile.names(in: scratch.path).filter { $0.hasPrefix("test-") }
        #expect(names.count == 2 && names.contains("test-state.json"), "\(names)")
        #expect(try source().state.own == ["number": 3])
    }

    @Test(arguments: ["", "{}", #"{"schema":"enigm.state/1"}"#])
    func damageIsSaid(text: String) {
        scratch.write(text, to: "test-state.json")
        #expect(throws: HostFailure.self) { try source() }
    }
}
