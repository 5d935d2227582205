import Bundle
import CanonicalJSON
import DNSWire
import Glibc
import LabPeers
import ResolverRuntime
import TestSupport
import Testing
import Varlink

/// Names dealt out to two upstreams by a daemon, over its restarts.
@Suite(.serialized, .enabled(if: TestDaemon.isBuilt, TestDaemon.missing))
struct ShardedDaemonTests {
    private let one: TestUpstream
    private let two: TestUpstream
    private let suffixes: PublicSuffixTable

    init() throws {
        one = try TestUpstream(named: "one")
        two = try TestUpstream(named: "two")
        let suffix = try #require(OwnedName("wild.lab.example"))
        suffixes = try #require(PublicSuffixTable([suffix: .suffix]))
    }

    @Test(arguments: [1, 2])
    func dealsAlikeAfterARestart(workers: Int) throws {
        let scratch = ScratchDirectory()
        let first = try daemon(scratch, workers)
        let shares = try upstreams(first)
        #expect(Set(shares) == ["one", "two"])
        #expect(one.server.counters.queries + two.server.counters.queries == 2 * UInt64(shares.count))
        try stop(first)
        #expect(TextFile.text(of: scratch.path("state/resolver-state.json")).contains("\"shard-key\":\""))
        #expect(try upstreams(daemon(scratch, workers)) == shares)
    }

    @Test func anotherStateDealsAnew() throws {
        let shares = try (0..<3).map { _ in try upstreams(daemon(ScratchDirectory(), 1)) }
        #expect(Set(shares).count > 1)
    }

    @Test func aSpoiltKeyIsSaid() throws {
        let scratch = ScratchDirectory()
        try stop(try daemon(scratch, 1))
        let path = scratch.path("state/resolver-state.json")
        let text = TextFile.text(of: path)
        let start = try #require(text.firstRange(of: "\"shard-key\":\"")).upperBound
        TextFile.write(Array((text[..<start] + "x" + text[start...].dropFirst()).utf8), to: path)
        let process = ChildProcess(
            TestDaemon.program,
            [
                "--bundle", scratch.path("bundle"), "--listen", "127.0.0.1:0", "--runtime-dir", scratch.path("run"),
                "--state-dir", scratch.path("state"),
            ])
        #expect(Moment.wait(.seconds(10)) { process.poll() != nil })
        #expect(process.standardError.contains("resolver-state.json"), "\(process.standardError)")
    }

    @Test func aBundleWithoutTheTableIsRefused() throws {
        var writer = BundleWriter(try Bundle.read(TestBundle.bytes([one.settings], suffixes: suffixes)).manifest)
        writer.addSection(named: TestBundle.authoritySection, [1])
        writer.addSection(named: TestBundle.suffixSection, [1, 2, 3])
        let bundle = try Bundle.read(writer.encoded())
        #expect(throws: AdoptionError.self) { try BundleAdoption(bundle) }
    }

    private func daemon(_ scratch: ScratchDirectory, _ workers: Int) throws -> TestDaemon {
        try TestDaemon(
            [one.settings, two.settings], suffixes: suffixes, arguments: ["--workers", "\(workers)"], scratch: scratch)
    }

    private func stop(_ daemon: TestDaemon) throws {
        let process = daemon.process
        process.signal(SIGTERM)
        try #require(Moment.wait(.seconds(10)) { process.poll() != nil })
    }

    /// Of each domain, the one that both of its names were asked at.
    private func upstreams(_ daemon: TestDaemon) throws -> [String] {
        try (0..<24).map { index in
            let names = ["d\(index).wild.lab.example", "www.d\(index).wild.lab.example"]
            let asked = try names.map { name in
                let reply = try ControlCaller.call(daemon.controlPath, "Query", ["name": .string(name)]).parameters
                return try #require(reply["upstream"]?.string)
            }
            #expect(asked[0] == asked[1])
            return asked[0]
        }
    }
}
