import CanonicalJSON
import KernelTestSupport
import NetfilterBackend
import Ruleset
import ServiceHost
import TestSupport
import Testing

/// The check of physical wires, which the daemon makes for the devices that there are.
@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"), .serialized)
struct WireTests {
    private static let named = ["direct: { interfaces: [late0] }"]

    /// In every state of the kernel that can be seen, what is `direct` is checked.
    @Test func aDeviceIsDirectOnceItsWireIsChecked() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle(paths: WireTests.named))
            #expect(try daemon.status()["checkedDevices"]?.array?.isEmpty == true)
            let connection = try NetfilterConnection()
            var states: [WireTests.State] = []
            for command in ["link add late0 type veth", "link del late0"] {
                WireTests.ip(command)
                let isThere = command.contains("add")
                let isFollowed = Moment.wait(.seconds(5)) {
                    guard let state = try? WireTests.state(connection) else { return false }
                    if states.last != state { states.append(state) }
                    return state.direct.contains("late0") == isThere
                }
                #expect(isFollowed, "\(command): \(states)")
            }
            #expect(states.contains { $0.direct == ["late0"] })
            for state in states {
                #expect(
                    state.direct.isSubset(of: state.checked) && state.direct.isSubset(of: state.stamped), "\(state)")
            }
            let status = try daemon.status()
            #expect(status["driftCount"]?.integer == 0 && status["state"]?.string == "enforced", "\(status)")
        }
    }

    /// A macvlan on a named device: what goes through the one goes through the other, and has its stamp until then.
    @Test func devicesThatLieOnOthersKeepTheStamp() throws {
        try KernelNamespace.run {
            WireTests.ip("link add late0 type veth", "link add link late0 name upper0 type macvlan")
            let daemon = try TestEnforcer(try TestPolicy.bundle(paths: WireTests.named))
            #expect(try daemon.status()["checkedDevices"] == ["late0", "upper0"])
            let table = try #require(try NetfilterConnection().readTable(.netdev, "enigm"))
            let stamp = try #require(WireTests.stamp())
            let (lower, upper) = try (
                #require(table.chain("wire_late0")), #require(table.chain("wire_upper0"))
            )
            #expect(lower.rules[0].statements.contains(.mark(MarkLayout.stamp, is: stamp)))
            #expect(!lower.rules[0].statements.contains(.hasRoute))
            #expect(upper.rules[0].statements.contains(.hasRoute))
            #expect(lower.rules[1].text.contains("meta mark set meta mark & 0xf0000000 accept"))
            #expect(upper.rules[1].text.contains("meta mark set meta mark & 0xf0000000 | "))
            WireTests.ip("link del upper0")
            let isAlone = Moment.wait(.seconds(5)) {
                (try? NetfilterConnection().readTable(.netdev, "enigm"))??.chain("wire_late0")?.rules.first?.statements
                    .contains(.hasRoute) ?? false
            }
            #expect(isAlone)
        }
    }

    /// Nothing that others can read has it, and it stays while the tables do.
    @Test func theStampIsToldToNobodyAndStays() throws {
        try KernelNamespace.run {
            WireTests.ip("link add late0 type veth")
            let scratch = ScratchDirectory()
            let first = try TestEnforcer(
                try TestPolicy.bundle(paths: WireTests.named), isOwner: false, scratch: scratch)
            let stamp = try #require(WireTests.stamp())
            #expect(PacketStamp(stamp) != nil)
            let digest = try #require(try first.status()["tableDigest"]?.string)
            let command = ["insert", "rule", "netdev", "enigm", "wire_late0", "meta", "mark", "\(stamp)", "accept"]
            #expect(CommandResult.run("nft", command).status == .exited(0))
            #expect(first.waitForAudit(.repaired))
            WireTests.ip("link add more0 type veth", "link add link more0 name wire0 type macvlan")
            let next = first.put(try TestPolicy.bundle(version: 2), named: "next")
            let told = [
                first.policy("plan", next).output, first.policy("status").output, first.policy("apply", next).output,
                first.process.standardError, TextFile.text(of: scratch.path("state/\(AuditFiles.currentName)")),
            ]
            #expect(told[1].contains("wire_late0") && told[4].contains("*******"), "\(told[1])")
            let digits = String(stamp, radix: 16)
            for text in told { #expect(!text.contains(digits) && !text.contains("\(stamp)"), "\(text)") }
            first.process.signal(9)
            #expect(first.process.wait() == .signalled(9))
            let second = try TestEnforcer(
                try TestPolicy.bundle(paths: WireTests.named), isOwner: false, arguments: ["--allow-rollback"],
                scratch: scratch)
            #expect(WireTests.stamp() == stamp)
            #expect(try second.status()["tableDigest"]?.string != digest, "another epoch")
            second.process.signal(9)
            #expect(second.process.wait() == .signalled(9))
            for family in ["netdev", "inet"] {
                #expect(CommandResult.run("nft", ["delete", "table", family, "enigm"]).status == .exited(0))
            }
            _ = try TestEnforcer(try TestPolicy.bundle(version: 3, paths: WireTests.named), isOwner: false)
            #expect(WireTests.stamp() != stamp && WireTests.stamp() != nil)
        }
    }

    @Test(arguments: [
        ["flush", "chain", "netdev", "enigm", "wire_late0"], ["delete", "table", "netdev", "enigm"],
        ["insert", "rule", "netdev", "enigm", "wire_late0", "accept"], ["flush", "chain", "inet", "enigm", "stamp"],
        ["add", "chain", "netdev", "enigm", "another"],
    ])
    func whatOthersChangeIsPutBack(command: [String]) throws {
        try KernelNamespace.run {
            WireTests.ip("link add late0 type veth")
            let daemon = try TestEnforcer(try TestPolicy.bundle(paths: WireTests.named), isOwner: false)
            let before = try NetfilterConnection().readRuleset().canonical
            let result = CommandResult.run("nft", command)
            try #require(result.status == .exited(0), "\(result.errors)")
            #expect(daemon.waitForAudit(.repaired))
            #expect(try NetfilterConnection().readRuleset().canonical == before)
            let drift = try #require(try daemon.status()["lastDrift"]?.object)
            #expect(drift["by"]?.array?.last?.object?["command"]?.string == "nft", "\(drift)")
        }
    }

    @Test func anOwnedTableIsKeptFromOthers() throws {
        try KernelNamespace.run {
            WireTests.ip("link add late0 type veth")
            let daemon = try TestEnforcer(try TestPolicy.bundle(paths: WireTests.named))
            #expect(CommandResult.run("nft", ["delete", "table", "netdev", "enigm"]).status == .exited(1))
            #expect(try daemon.status()["driftCount"]?.integer == 0)
        }
    }

    /// Without the hook `direct` is what it was, a device that may come later included; a check of before goes.
    @Test func withoutTheHookNothingIsCheckedAndDirectWorks() throws {
        try KernelNamespace.run {
            WireTests.ip("link add other0 type veth", "link add link other0 name wire0 type macvlan")
            let scratch = ScratchDirectory()
            let bundle = try TestPolicy.bundle(paths: WireTests.named)
            let first = try TestEnforcer(bundle, isOwner: false, scratch: scratch)
            let connection = try NetfilterConnection()
            #expect(try WireTests.state(connection) == State(direct: [], checked: ["wire0"], stamped: ["wire0"]))
            first.process.signal(9)
            #expect(first.process.wait() == .signalled(9))
            let second = try TestEnforcer(
                bundle, isOwner: false, environment: ["ENIGM_WITHOUT_KERNEL_FEATURES": "egress"], scratch: scratch)
            #expect(try WireTests.state(connection) == State(direct: ["late0"], checked: [], stamped: []))
            #expect(try connection.readTable(.netdev, "enigm") == nil)
            let status = try second.status()
            #expect(status["state"]?.string == "degraded" && status["driftCount"]?.integer == 0, "\(status)")
        }
    }

    /// What the kernel holds at one generation: what `direct` may be, which wires are checked, what is stamped.
    private struct State: Equatable {
        var direct: Set<String>
        var checked: Set<String>
        var stamped: Set<String>
    }

    private static func state(_ connection: borrowing NetfilterConnection) throws -> State {
        let ruleset = try connection.readRuleset()
        let main = ruleset.table(.inet, "enigm")
        let names = { (set: String) in
            Set((main?.set(set)?.elements ?? []).map { $0.lower.deviceName })
        }
        let checked = (ruleset.table(.netdev, "enigm")?.chains ?? []).filter { !$0.rules.isEmpty }
        return State(
            direct: names("direct_if"), checked: Set(checked.compactMap(\.hook?.device)), stamped: names("wire_if"))
    }

    /// Of the table in force.
    private static func stamp() -> UInt32? {
        let rule = (try? NetfilterConnection().readTable(.inet, "enigm"))??.chain("stamp")?.rules.first
        for case .setMark(let change) in rule?.statements ?? [] { return change.bits }
        return nil
    }

    private static func ip(_ commands: String...) {
        for command in commands {
            let result = CommandResult.run("ip", command.split(separator: " ").map(String.init))
            #expect(result.status == .exited(0), "ip \(command): \(result.errors)")
        }
    }
}

extension FieldValue {
    fileprivate var deviceName: String { String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
}
