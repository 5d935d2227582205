import CanonicalJSON
import KernelTestSupport
import NetfilterBackend
import NetworkTypes
import TestSupport
import Testing

@testable import PolicyRuntime

/// The daemon on a link whose router announces a prefix.
@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"), .serialized)
struct TranslatorDaemonTests {
    private static let named = ["direct: { interfaces: [late0] }"]

    /// The prefixes to which nothing leaves directly.
    private static func elements() throws -> [String] {
        let table = try NetfilterConnection().readTable(EnforcedTables.family, EnforcedTables.name)
        return EnforcedTables.translators(of: [try #require(table)]).map(\.description)
    }

    private static func waitFor(_ wanted: [String]) -> Bool {
        Moment.wait(.seconds(5)) { (try? elements()) == wanted }
    }

    /// A prefix that the profile knows changes nothing; another is put into the set, told of, and kept over a restart.
    @Test func announcedPrefixesAreFollowed() throws {
        try KernelNamespace.run {
            let router = try AdvertisingRouter(device: "late0")
            let bundle = try TestPolicy.bundle(
                paths: TranslatorDaemonTests.named, keys: ["local: { nat64: [\"2001:db8:66::/96\"] }"])
            let scratch = ScratchDirectory()
            let first = try TestEnforcer(bundle, isOwner: false, scratch: scratch)
            #expect(try TranslatorDaemonTests.elements() == [])
            for prefix in ["64:ff9b::", "2001:db8:66::"] {
                try router.advertise(prefix: prefix, lengthCode: 0, seconds: 600)
            }
            try router.advertise(prefix: "2001:db8:64::", lengthCode: 0, seconds: 600)
            #expect(TranslatorDaemonTests.waitFor(["2001:db8:64::/96"]))
            try router.advertise(prefix: "2001:db8:128::", lengthCode: 3, seconds: 600)
            #expect(TranslatorDaemonTests.waitFor(["2001:db8:64::/96", "2001:db8:128::/48"]))
            let reasons = try first.status()["reasons"]?.array?.compactMap(\.string) ?? []
            #expect(reasons.count { $0.contains("translates IPv4 under") } == 2, "\(reasons)")
            first.process.signal(9)
            #expect(first.process.wait() == .signalled(9))
            let second = try TestEnforcer(bundle, isOwner: false, scratch: scratch)
            #expect(second.process.standardError.contains("adopted"), "\(second.process.standardError)")
            #expect(try TranslatorDaemonTests.elements() == ["2001:db8:64::/96", "2001:db8:128::/48"])
        }
    }

    /// Inside a tunnel it closes nothing, and is told.
    @Test func whatATunnelsNetworkAnnouncesIsTold() throws {
        try KernelNamespace.run {
            let router = try AdvertisingRouter(device: "late0")
            let tunnel = "office: { interface: late0, listen-port: 51820, endpoints: [\"203.0.113.7:51820/udp\"] }"
            let daemon = try TestEnforcer(
                try TestPolicy.bundle(paths: [tunnel], keys: ["local: { nat64: [\"2001:db8:66::/96\"] }"]))
            for prefix in ["2001:db8:66::", "2001:db8:64::"] {
                try router.advertise(prefix: prefix, lengthCode: 0, seconds: 600)
            }
            let told = { (try? daemon.status()["reasons"]?.array?.compactMap(\.string)) ?? [] }
            let words = "the network behind the path `office` translates IPv4 under `2001:db8:64::/96`"
            let isTold = Moment.wait(.seconds(5)) { told().contains { $0.contains(words) } }
            #expect(isTold, "\(told())")
            #expect(told().count { $0.contains("translates IPv4") } == 1)
            #expect(try TranslatorDaemonTests.elements() == [])
        }
    }

    /// What was said on a link ends with it, and with its time.
    @Test func whatWasAnnouncedEnds() throws {
        try KernelNamespace.run {
            let router = try AdvertisingRouter(device: "late0")
            let daemon = try TestEnforcer(try TestPolicy.bundle(paths: TranslatorDaemonTests.named))
            try router.advertise(prefix: "2001:db8:64::", lengthCode: 0, seconds: 8)
            #expect(TranslatorDaemonTests.waitFor(["2001:db8:64::/96"]))
            let hasEnded = Moment.wait(.seconds(15)) { (try? TranslatorDaemonTests.elements()) == [] }
            #expect(hasEnded)
            try router.advertise(prefix: "2001:db8:65::", lengthCode: 0, seconds: 600)
            #expect(TranslatorDaemonTests.waitFor(["2001:db8:65::/96"]))
            #expect(CommandResult.run("ip", ["link", "set", "late0", "down"]).status == .exited(0))
            #expect(TranslatorDaemonTests.waitFor([]))
            let status = try daemon.status()
            #expect(status["state"]?.string == "enforced" && status["driftCount"]?.integer == 0, "\(status)")
        }
    }
}
