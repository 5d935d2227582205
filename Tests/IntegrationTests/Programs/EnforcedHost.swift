import CanonicalJSON
import Glibc
import TestSupport
import Testing

/// Both daemons with one profile and a lab's upstream, in the network namespace of the thread that makes it: the
/// enforcer as root, the resolver as `nobody`.
final class EnforcedHost {
    static let obstacle: String? = {
        if geteuid() != 0 { return "needs root to make a network namespace" }
        if !["enigm-resolverd", "enigm-policyd", "enigmctl", "enigm-lab"].allSatisfy(Repository.hasProgram) {
            return "no release programs: run `make build`"
        }
        return ["nft", "ip", "setpriv"].first { !Repository.hasTool($0) }.map { "no `\($0)`: run `make deps`" }
    }()

    let scratch = ScratchDirectory()
    private let upstream: LabUpstream
    private let policyArguments: [String]
    private let cgroup: TestCgroup?
    private(set) var policy: ChildProcess
    private(set) var resolver: ChildProcess

    private var directories: [String] { ["--runtime-dir", scratch.path("run"), "--state-dir", scratch.path("state")] }

    /// Waits until both serve. `policyArguments` are more of `enigm-policyd`'s; the resolver runs in `cgroup`.
    init(policyArguments: [String] = [], cgroup: TestCgroup? = nil) throws {
        try #require(CommandResult.run("ip", ["link", "set", "lo", "up"]).status == .exited(0))
        upstream = try LabUpstream([])
        self.policyArguments = policyArguments
        self.cgroup = cgroup
        chmod(scratch.path, 0o755)
        scratch.directory("run", mode: 0o777)
        scratch.write(TextFile.bytes(of: Repository.program("enigm-resolverd")), to: "enigm-resolverd", mode: 0o755)
        scratch.write(TextFile.bytes(of: Repository.program("enigmctl")), to: "enigmctl", mode: 0o755)
        let bundle = scratch.path("bundle")
        try EnforcedHost.compile(version: 1, upstream, in: scratch, to: bundle)
        policy = EnforcedHost.startPolicy(scratch, policyArguments)
        resolver = EnforcedHost.startResolver(scratch, cgroup)
        let isUp = Moment.wait(.seconds(30)) {
            guard let posture = try? self.posture() else { return false }
            return posture.digest != nil && posture.value("policy-compliance") != "unknown"
        }
        try #require(isUp, "\(policy.standardError)\(resolver.standardError)")
    }

    /// A bundle of another version of the profile.
    func bundle(version: Int) throws -> String {
        let path = scratch.path("bundle-\(version)")
        try EnforcedHost.compile(version: version, upstream, in: scratch, to: path)
        return path
    }

    func restartPolicy() { policy = EnforcedHost.startPolicy(scratch, policyArguments) }

    func restartResolver() { resolver = EnforcedHost.startResolver(scratch, cgroup) }

    // MARK: - Asking

    func enigmctl(_ arguments: String...) -> CommandResult {
        Programs.enigmctl(["--runtime-dir", scratch.path("run")] + arguments)
    }

    func audit(_ verb: String) -> CommandResult {
        Programs.enigmctl(["audit", verb, "--state-dir", scratch.path("state")])
    }

    func asNobody(_ arguments: String...) -> CommandResult {
        CommandResult.run(
            "setpriv",
            EnforcedHost.nobody + [scratch.path("enigmctl"), "--runtime-dir", scratch.path("run")] + arguments)
    }

    /// What `posture show --json` says, with the evidence behind it.
    func posture() throws -> Posture {
        let evidence = scratch.path("evidence.json")
        let shown = enigmctl("--json", "posture", "show", "--evidence", evidence)
        return try Posture(shown, evidence: TextFile.text(of: evidence))
    }

    func status() throws -> JSONObject {
        let result = enigmctl("--json", "policy", "status")
        return try #require(
            try JSONReader.read(Array(result.output.utf8).span, maximumBytes: 1 << 20).object, "\(result.errors)")
    }

    static func ruleset() -> String { CommandResult.run("nft", ["-s", "list", "ruleset"]).output }

    // MARK: - Starting

    private static let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"]

    private static func startPolicy(_ scratch: ScratchDirectory, _ arguments: [String]) -> ChildProcess {
        ChildProcess(
            Repository.program("enigm-policyd"),
            [
                "--bundle", scratch.path("bundle"), "--runtime-dir", scratch.path("run"), "--state-dir",
                scratch.path("state"),
            ] + arguments)
    }

    private static func startResolver(_ scratch: ScratchDirectory, _ cgroup: TestCgroup?) -> ChildProcess {
        if !TextFile.isDirectory(scratch.path("resolver")) { scratch.directory("resolver", mode: 0o777) }
        let words =
            ["setpriv"] + nobody + [
                scratch.path("enigm-resolverd"), "--bundle", scratch.path("bundle"), "--runtime-dir",
                scratch.path("run"), "--state-dir", scratch.path("resolver"),
            ]
        let command = cgroup?.entering(words) ?? words
        return ChildProcess(command[0], Array(command.dropFirst()))
    }

    private static func compile(
        version: Int, _ upstream: LabUpstream, in scratch: ScratchDirectory, to bundle: String
    ) throws {
        let profile = """
            schema: enigm.network/1
            profile: { name: host, version: \(version) }
            subjects:
              browser: { users: [daemon] }
            resolver:
              listen: ["127.0.0.53:8053"]
              user: nobody
              upstreams:
                lab:
                  { tls: \(LabUpstream.serverName), addresses: [127.0.0.1], port: \(upstream.port), ca: \(upstream.authority) }
            default: { via: direct }
            rules:
              no-mail: { from: any, to: { ports: [\(2000 + version)/tcp] }, block: true }

            """
        try Programs.compile(scratch.write(profile, to: "profile.yaml"), to: bundle)
    }
}

/// A posture document and what it was judged from.
struct Posture {
    let exit: TestSupport.ExitStatus
    let digest: String?
    private let signals: [String: JSONObject]
    let evidence: JSONObject

    fileprivate init(_ shown: CommandResult, evidence: String) throws {
        exit = shown.status
        let document = try #require(
            try JSONReader.read(Array(shown.output.utf8).span, maximumBytes: 1 << 20).object, "\(shown.errors)")
        digest = document["bundle-digest"]?.string
        signals = Dictionary(
            (document["signals"]?.array ?? []).compactMap(\.object).map { ($0["name"]?.string ?? "", $0) },
            uniquingKeysWith: { first, _ in first })
        self.evidence = try JSONReader.read(Array(evidence.utf8).span, maximumBytes: 1 << 20).object ?? [:]
    }

    func value(_ signal: String) -> String { signals[signal]?["value"]?.string ?? "missing" }

    func reason(_ signal: String) -> String { signals[signal]?["reason"]?.string ?? "" }
}
