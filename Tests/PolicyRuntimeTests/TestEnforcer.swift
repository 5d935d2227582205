import CanonicalJSON
import Glibc
import ServiceHost
import KernelTestSupport
import TestSupport
import Testing

/// The real `enigm-policyd`, in the network namespace of the thread that starts it, with directories of its own.
final class TestEnforcer {
    /// ENIGM_PROGRAMS, or what this very build left.
    static let programs = Repository.environment("ENIGM_PROGRAMS") ?? "\(Repository.root)/.build/debug"
    /// Why tests with the daemon cannot run here; nil when they can.
    static let obstacle: String? = {
        if let obstacle = KernelNamespace.obstacle { return obstacle }
        if access("\(programs)/enigm-policyd", X_OK) != 0 { return "enigm-policyd is not built: run `swift build`" }
        return Repository.hasTool("nft") ? nil : "no `nft`: install nftables"
    }()
    static var canRun: Bool { obstacle == nil }

    let scratch: ScratchDirectory
    /// What it takes for `/` when it looks whom programs ask: a machine that asks the resolver.
    let root: ScratchDirectory
    let process: TestSupport.ChildProcess

    var directories: [String] { ["--runtime-dir", scratch.path("run"), "--state-dir", scratch.path("state")] }

    /// Starts with `bundle` and waits until a policy is in force.
    init(
        _ bundle: [UInt8], isOwner: Bool = true, arguments: [String] = [], environment: [String: String] = [:],
        programs: String = TestEnforcer.programs, scratch: ScratchDirectory = ScratchDirectory()
    ) throws {
        self.scratch = scratch
        scratch.write(bundle, to: "bundle")
        root = ScratchDirectory()
        root.directory("etc")
        root.write("nameserver 127.0.0.53\n", to: "etc/resolv.conf")
        process = TestSupport.ChildProcess(
            "\(programs)/enigm-policyd",
            ["--bundle", scratch.path("bundle")] + arguments + (isOwner ? [] : ["--open-table"])
                + ["--root", root.path, "--runtime-dir", scratch.path("run"), "--state-dir", scratch.path("state")],
            environment: environment)
        let process = process
        let isReady = Moment.wait(.seconds(20)) {
            process.poll() != nil
                || ["in force: ", "adopted "].contains { process.standardError.contains($0) }
        }
        try #require(isReady, "\(process.standardError)")
    }

    func put(_ bundle: [UInt8], named name: String = "bundle") -> String { scratch.write(bundle, to: name) }

    /// `enigmctl policy ...` against this daemon.
    func policy(_ arguments: String...) -> CommandResult {
        CommandResult.run(
            "\(TestEnforcer.programs)/enigmctl", ["--json", "--runtime-dir", scratch.path("run"), "policy"] + arguments)
    }

    func status() throws -> JSONObject {
        let text = policy("status").output
        return try #require(try JSONReader.read(Array(text.utf8).span, maximumBytes: 1 << 20).object, "\(text)")
    }

    /// Waits for `event` in the audit log, `count` times.
    func waitForAudit(_ event: AuditEvent, count: Int = 1) -> Bool {
        Moment.wait(.seconds(5)) { audit.lines.count { $0.event == event.rawValue } >= count }
    }

    /// Of the current file, which is all of it in a test.
    var audit: AuditChain {
        let bytes = Array(TextFile.text(of: scratch.path("state/\(AuditFiles.currentName)")).utf8)
        return AuditChain([AuditChain.File(name: AuditFiles.currentName, bytes: bytes)], from: .beginning)
    }

    /// The kernel's table in nft's language, without handles and counts.
    static func ruleset() -> String { CommandResult.run("nft", ["-s", "list", "ruleset"]).output }
}
