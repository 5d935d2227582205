import CanonicalJSON
import KernelTestSupport
import ServiceHost
import TestSupport
import Testing

/// The way through a captive portal, as the daemon opens it and the kernel has it.
@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"))
struct PortalTests {
    /// While it is open, the state, the kernel and the unit's file say so; then everything is as before.
    @Test func itIsOpenedSeenAndClosed() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try PortalTests.bundle(), isOwner: false)
            let before = try daemon.status()
            #expect(before["state"] == "enforced", "\(before)")
            #expect(PortalTests.elements() == [:])
            #expect(try daemon.portal("status")["isOpen"] == false)
            #expect(daemon.portalFile == ["nameserver 127.0.0.1"])

            let opened = try daemon.portal("open", "--resolver", "192.0.2.1", "--resolver", "2001:db8::1")
            #expect(opened["subject"] == "browser" && opened["resolvers"] == ["192.0.2.1", "2001:db8::1"])
            let seconds = try #require(opened["secondsLeft"]?.integer)
            #expect((290...300).contains(seconds))
            #expect(
                PortalTests.elements() == [
                    "portal_open": ["0x00000004", "0x00000005"], "portal_dns4": ["192.0.2.1"],
                    "portal_dns6": ["2001:db8::1"],
                ])
            #expect(daemon.portalFile == ["nameserver 192.0.2.1", "nameserver 2001:db8::1"])
            let status = try daemon.status()
            #expect(status["state"] == "degraded")
            #expect(status["openPortal"]?.object?["subject"] == "browser")
            let reason = status["reasons"]?.array?.first?.string ?? ""
            let left = ["5 min 0 s", "4 min 59 s", "4 min 58 s", "4 min 57 s", "4 min 56 s", "4 min 55 s"]
            #expect(left.map { "the portal is open for `browser`, for another \($0)" }.contains(reason), "\(reason)")

            #expect(try daemon.portal("close") == ["wasOpen": true])
            #expect(PortalTests.elements() == [:])
            #expect(try daemon.portal("close") == ["wasOpen": false])
            #expect(daemon.portalFile == ["nameserver 127.0.0.1"])
            #expect(try daemon.status()["state"] == "enforced")
            #expect(daemon.portalEvents == ["portal-opened", "portal-closed"])
            let record = try #require(
                daemon.audit.lines.first { $0.event == "portal-opened" }?.record["detail"]?.object)
            #expect(record["resolvers"] == ["192.0.2.1", "2001:db8::1"] && record["caller"] == 0)
        }
    }

    /// The kernel ends it although nobody is there; who starts afterwards finds it closed.
    @Test func itClosesWithoutTheDaemon() throws {
        try KernelNamespace.run {
            let scratch = ScratchDirectory()
            let first = try TestEnforcer(try PortalTests.bundle(), scratch: scratch)
            _ = try first.portal("open", "--resolver", "192.0.2.1", "--for", "2s")
            first.process.signal(9)
            _ = first.process.wait()
            #expect(PortalTests.elements()["portal_dns4"] == ["192.0.2.1"], "it is open while nobody is there")
            #expect(Moment.wait(.seconds(4)) { PortalTests.elements() == [:] })
            let second = try TestEnforcer(try PortalTests.bundle(), scratch: scratch)
            #expect(second.process.standardError.contains("adopted"))
            #expect(try second.portal("status")["isOpen"] == false)
            #expect(second.portalFile == ["nameserver 127.0.0.1"])
        }
    }

    @Test func itClosesInTimeAndIsRecorded() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try PortalTests.bundle())
            let start = Moment.now
            _ = try daemon.portal("open", "--resolver", "192.0.2.1", "--for", "1s")
            #expect(Moment.wait(.seconds(3)) { PortalTests.elements() == [:] })
            #expect(start.elapsed < .seconds(3))
            #expect(daemon.waitForAudit(.portalClosed))
            #expect(daemon.portalFile == ["nameserver 127.0.0.1"])
            #expect(try daemon.status()["state"] == "enforced")
        }
    }

    /// A restart that finds its table goes on with what is left; it adds nothing.
    @Test func aRestartDoesNotExtendIt() throws {
        try KernelNamespace.run {
            let scratch = ScratchDirectory()
            let first = try TestEnforcer(try PortalTests.bundle(), scratch: scratch)
            _ = try first.portal("open", "--resolver", "192.0.2.1", "--for", "6s")
            let start = Moment.now
            first.process.signal(15)
            _ = first.process.wait()
            let second = try TestEnforcer(try PortalTests.bundle(), scratch: scratch)
            let left = try #require(try second.portal("status")["secondsLeft"]?.integer)
            #expect(left <= 6)
            #expect(second.portalFile == ["nameserver 192.0.2.1"])
            #expect(Moment.wait(.seconds(7)) { PortalTests.elements() == [:] })
            #expect(start.elapsed < .seconds(8))
            #expect(second.waitForAudit(.portalClosed))
        }
    }

    /// Another bundle closes it, changed in place or put anew; a repair keeps it, and adds nothing.
    @Test(arguments: [true, false])
    func anotherBundleClosesIt(isOwner: Bool) throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try PortalTests.bundle(), isOwner: isOwner)
            _ = try daemon.portal("open", "--resolver", "192.0.2.1", "--for", "4m")
            if !isOwner {
                _ = CommandResult.run(
                    "nft", ["delete", "rule", "inet", "enigm", "refuse", "handle", PortalTests.handle()])
                #expect(daemon.waitForAudit(.repaired))
                #expect(PortalTests.elements()["portal_dns4"] == ["192.0.2.1"], "the repair keeps it")
                let left = try #require(try daemon.portal("status")["secondsLeft"]?.integer)
                #expect((200...240).contains(left))
            }
            let next = try PortalTests.bundle(
                version: 2, rule: "more: { from: any, to: { ports: [99/tcp] }, via: direct }")
            #expect(daemon.policy("apply", daemon.put(next, named: "next")).status == .exited(0))
            #expect(PortalTests.elements() == [:])
            #expect(daemon.portalEvents == ["portal-opened", "portal-closed"])
            #expect(try daemon.status()["state"] == "enforced")
        }
    }

    /// What another program opens, or makes last, is closed and recorded.
    @Test func whatAnotherProgramOpensIsClosed() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try PortalTests.bundle(), isOwner: false)
            _ = CommandResult.run("nft", ["add", "element", "inet", "enigm", "portal_open", "{ 4, 5 }"])
            #expect(Moment.wait(.seconds(3)) { PortalTests.elements() == [:] })
            _ = try daemon.portal("open", "--resolver", "192.0.2.1", "--for", "1m")
            _ = CommandResult.run(
                "nft", ["add", "element", "inet", "enigm", "portal_dns4", "{ 198.51.100.9 timeout 1m }"])
            #expect(Moment.wait(.seconds(3)) { PortalTests.elements() == [:] })
            #expect(daemon.waitForAudit(.portalClosed))
        }
    }

    @Test func whatCannotBeIsRefused() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try PortalTests.bundle())
            for (arguments, message) in [
                (["--resolver", "127.0.0.53"], "`127.0.0.53` is no address of a resolver"),
                (["--resolver", "fe80::1"], "is an address on a link alone"),
                (["--resolver", "239.1.1.1"], "is no address of a resolver"),
                (["--resolver", "192.0.2.1", "--for", "6m"], "the profile opens it for 5 minutes at most"),
            ] {
                let result = daemon.enigmctl(["policy", "portal", "open"] + arguments)
                #expect(result.status == .exited(3) && result.errors.contains(message), "\(result.errors)")
            }
            for arguments in [
                ["--resolver", "hotel"], ["--for", "2 days"], ["--resolver", "192.0.2.1", "--for", "2h"],
            ] {
                #expect(daemon.enigmctl(["policy", "portal", "open"] + arguments).status == .exited(2))
            }
            #expect(PortalTests.elements() == [:] && daemon.portalEvents == [])

            let without = try TestPolicy.bundle(version: 2)
            #expect(daemon.policy("apply", daemon.put(without, named: "next")).status == .exited(0))
            let refused = daemon.enigmctl(["policy", "portal", "open", "--resolver", "192.0.2.1"])
            #expect(refused.errors.contains("the profile in force has no portal"), "\(refused.errors)")
        }
    }

    /// The link that it was opened on is gone.
    @Test func itClosesWithItsDevice() throws {
        try KernelNamespace.run {
            for arguments in [
                ["link", "add", "wire0", "type", "veth", "peer", "name", "far0"], ["link", "set", "wire0", "up"],
            ] { _ = CommandResult.run("ip", arguments) }
            let bundle = try PortalTests.bundle(paths: ["direct: { interfaces: [wire0] }"])
            let daemon = try TestEnforcer(bundle)
            _ = try daemon.portal("open", "--resolver", "192.0.2.1")
            _ = CommandResult.run("ip", ["link", "set", "wire0", "down"])
            #expect(daemon.waitForAudit(.portalClosed))
            #expect(PortalTests.elements() == [:])
        }
    }

    private static func bundle(
        version: Int = 1, rule: String? = nil, paths: [String] = []
    ) throws -> [UInt8] {
        try TestPolicy.bundle(
            version: version, rules: rule.map { [$0] } ?? [], paths: paths,
            keys: ["portal: { subject: browser, ports: [80/tcp, 443/tcp], minutes: 5 }"])
    }

    /// What the kernel has in the sets of the portal, by their names; those that are empty are left out.
    private static func elements() -> [String: [String]] {
        var found: [String: [String]] = [:]
        for name in ["portal_open", "portal_dns4", "portal_dns6"] {
            let listing = CommandResult.run("nft", ["list", "set", "inet", "enigm", name]).output
            guard let start = listing.firstRange(of: "elements = {"),
                let end = listing[start.upperBound...].firstRange(of: "}")
            else { continue }
            found[name] = listing[start.upperBound..<end.lowerBound].split(separator: ",").map { element in
                String(element.split(whereSeparator: \.isWhitespace)[0])
            }.sorted()
        }
        return found
    }

    /// Of the first rule of the chain that refuses.
    private static func handle() -> String {
        let listing = CommandResult.run("nft", ["-a", "list", "chain", "inet", "enigm", "refuse"]).outputLines
        let rule = listing.first { $0.contains("reject") || $0.contains("log") } ?? ""
        return rule.split(separator: " ").last.map(String.init) ?? ""
    }
}

extension TestEnforcer {
    func enigmctl(_ arguments: [String]) -> CommandResult {
        CommandResult.run("\(TestEnforcer.programs)/enigmctl", ["--runtime-dir", scratch.path("run")] + arguments)
    }

    fileprivate func portal(_ arguments: String...) throws -> JSONObject {
        let result = enigmctl(["--json", "policy", "portal"] + arguments)
        let document = try? JSONReader.read(Array(result.output.utf8).span, maximumBytes: 1 << 20)
        return try #require(document?.object, "\(result.output)\(result.errors)")
    }

    /// Without comments.
    fileprivate var portalFile: [String] {
        TextFile.text(of: scratch.path("run/portal.resolv.conf")).split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("#")
        }
    }

    fileprivate var portalEvents: [String] { audit.lines.map(\.event).filter { $0.hasPrefix("portal-") } }
}
