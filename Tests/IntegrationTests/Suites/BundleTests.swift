import Glibc
import TestSupport
import Testing

/// A daemon accepts a bundle that is whole, and nothing else.
@Suite(.serialized, .enabled(if: Programs.areBuilt, Programs.missing))
struct BundleTests {
    private let scratch = ScratchDirectory()
    private let whole: [UInt8]

    init() throws {
        let authority = try TestAuthority()
        let profile = UpstreamProfile(port: 853, authority: authority.certificatePath)
        try Programs.compile(scratch.write(profile.text, to: "profile.yaml"), to: scratch.path("whole"))
        whole = TextFile.bytes(of: scratch.path("whole"))
    }

    @Test func aWholeBundleIsAccepted() {
        let result = check(whole)
        #expect(result.status == .exited(0), "\(result.errors)")
    }

    @Test func aTruncatedBundleIsRefusedWithOneLine() {
        for length in [0, 1, 8, 100, whole.count / 2, whole.count - 1] {
            expectRefusal(of: Array(whole[..<length]), "truncated to \(length)")
        }
    }

    @Test func aDamagedBundleIsRefusedWithOneLine() {
        for position in stride(from: 0, to: whole.count, by: max(1, whole.count / 150)) {
            var damaged = whole
            damaged[position] ^= 0x20
            expectRefusal(of: damaged, "byte \(position) of \(whole.count) changed")
        }
    }

    @Test(.enabled(if: Unbound.isInstalled, Unbound.missing))
    func onReloadWhatWasInForceStays() throws {
        let authority = try TestAuthority()
        let unbound = try Unbound(identity: authority.issue(for: "dns.test"))
        var profile = UpstreamProfile(port: unbound.tlsPort, authority: authority.certificatePath)
        let daemon = try ResolverDaemon(profile)
        let digest = try daemon.statistics().bundleDigest
        #expect(daemon.client.ask(Question(TestZone.name(1)))?.responseCode == 0)

        TextFile.write(Array(TextFile.bytes(of: daemon.bundlePath).dropLast(10)), to: daemon.bundlePath)
        try daemon.reload()
        #expect(try daemon.statistics().bundleDigest == digest)
        #expect(daemon.client.ask(Question(TestZone.name(2)))?.responseCode == 0)

        profile.version = 2
        try daemon.replaceBundle(with: profile)
        try daemon.reload()
        #expect(try daemon.statistics().bundleDigest != digest)
        #expect(daemon.client.ask(Question(TestZone.name(3)))?.responseCode == 0)
        #expect(try unbound.encryptedQueryCount() == 3)
        #expect(daemon.client.ask(Question(TestZone.name(1)))?.responseCode == 0)
        #expect(try unbound.encryptedQueryCount() == 3, "a reload keeps the cache")
    }

    private func check(_ bundle: [UInt8]) -> CommandResult {
        Programs.resolverd([
            "--check", "--bundle", scratch.write(bundle, to: "bundle"), "--runtime-dir", scratch.path("run"),
            "--state-dir", scratch.path("state"),
        ])
    }

    private func expectRefusal(of bundle: [UInt8], _ what: String) {
        let result = check(bundle)
        #expect(result.status == .exited(3), "\(what): \(result.status)")
        #expect(result.errorLines.count == 1, "\(what): \(result.errors)")
    }
}
