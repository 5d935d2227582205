import Bundle
import CanonicalJSON
import Cryptography
import DNSWire
import LinuxIO
import NetworkTypes
import TestSupport
import Testing
import Varlink

/// What a restart has to know is on the disk before anybody is told of it, and nobody waits for the disk meanwhile.
@Suite(.enabled(if: TestDaemon.isBuilt, TestDaemon.missing))
struct BundleConfirmationTests {
    private let upstream: TestUpstream

    init() throws { upstream = try TestUpstream() }

    @Test func isRememberedWhenItIsSaidToBeReady() throws {
        let daemon = try TestDaemon([upstream.settings])
        let state = TextFile.text(of: daemon.scratch.path("state/resolver-state.json"))
        #expect(state.contains(try digest(version: 1)))
    }

    @Test func aStartThatCannotBeRememberedEnds() throws {
        let scratch = ScratchDirectory()
        scratch.write(TestBundle.bytes([upstream.settings]), to: "bundle")
        scratch.directory("state")
        try obstruct(version: 1, in: scratch)
        let result = CommandResult.run(
            TestDaemon.program,
            [
                "--bundle", scratch.path("bundle"), "--listen", "127.0.0.1:0", "--runtime-dir", scratch.path("run"),
                "--state-dir", scratch.path("state"),
            ])
        #expect(result.status == .exited(3))
        #expect(result.errors.contains(scratch.path("state/resolver-")), "\(result.errors)")
        #expect(!result.errors.contains("ready on"))
    }

    @Test func aReloadThatCannotBeRememberedIsRefused() throws {
        let daemon = try TestDaemon([upstream.settings])
        try obstruct(version: 2, in: daemon.scratch)
        daemon.putBundle(TestBundle.bytes([upstream.settings], version: 2))
        #expect(try daemon.reload().contains("refused"))
        #expect(try ControlCaller.call(daemon.controlPath, "Stats", [:]).parameters["profileVersion"] == 1)
        daemon.putBundle(TestBundle.bytes([upstream.settings], version: 1))
        #expect(try daemon.reload().contains("the bundle is the same"))
        daemon.putBundle(TestBundle.bytes([upstream.settings], version: 3))
        #expect(try daemon.reload().contains("version 3"))
        #expect(try daemon.ask(TestQuery.bytes("www.lab.example"))?.code == .noError)
    }

    @Test func reloadsThatComeTogetherAreServedInTurn() throws {
        let daemon = try TestDaemon([upstream.settings])
        let other = daemon.scratch.write(TestBundle.bytes([upstream.settings], version: 4), to: "other")
        let calls = try (0..<8).map { _ in
            try ControlCaller(daemon.controlPath, "Reload", ["bundle": .string(other)])
        }
        let replies = try calls.map { try $0.reply() }
        #expect(replies.allSatisfy { $0.error == nil }, "\(replies)")
        #expect(replies.filter { $0.parameters["changed"] == true }.count == 1)
    }

    private func digest(version: UInt64) throws -> String {
        try Bundle.read(TestBundle.bytes([upstream.settings], version: version)).digest.hexadecimal
    }

    /// A directory stands where the copy of the bundle should be.
    private func obstruct(version: UInt64, in scratch: ScratchDirectory) throws {
        let name = "state/resolver-\(try digest(version: version).prefix(16)).bundle"
        scratch.directory(name)
        scratch.write("in the way", to: "\(name)/file")
    }
}
