import Glibc
import TestSupport
import Testing

/// When the machine does not play along, one line says why, and the exit code is 3.
@Suite(.serialized, .enabled(if: Programs.areBuilt, Programs.missing))
struct EnvironmentFailureTests {
    private let authority: TestAuthority
    private let scratch = ScratchDirectory()
    private let port = FreePort.next()

    init() throws {
        authority = try TestAuthority()
        let profile = UpstreamProfile(port: 853, authority: authority.certificatePath)
        try Programs.compile(scratch.write(profile.text, to: "profile.yaml"), to: scratch.path("bundle"))
        chmod(scratch.path, 0o755)
    }

    @Test func aPortThatIsTaken() {
        let holder = LoopbackSocket(.datagram, boundTo: port)
        expectOneLine(Programs.resolverd(arguments(listen: port)), mentioning: "\(port)")
        withExtendedLifetime(holder) {}
    }

    @Test func aStreamPortThatIsTaken() {
        let holder = LoopbackSocket(.stream, boundTo: port)
        expectOneLine(Programs.resolverd(arguments(listen: port)), mentioning: "\(port)")
        withExtendedLifetime(holder) {}
    }

    @Test(.enabled(if: Nobody.mayNotBindPort53, "every user may bind port 53 here"))
    func aPortWithoutPermission() throws {
        let (run, state) = (
            scratch.directory("run-nobody", mode: 0o777), scratch.directory("state-nobody", mode: 0o777)
        )
        let result = try Nobody.run(
            "enigm-resolverd",
            [
                "--bundle", scratch.path("bundle"), "--listen", "127.0.0.1:53", "--runtime-dir", run, "--state-dir",
                state,
            ],
            in: scratch)
        expectOneLine(result, mentioning: "53")
    }

    @Test func aBundleThatIsMissing() {
        let result = Programs.resolverd(["--bundle", scratch.path("missing"), "--listen", "127.0.0.1:\(port)"])
        expectOneLine(result, mentioning: scratch.path("missing"))
    }

    @Test(arguments: ["--runtime-dir", "--state-dir"])
    func aDirectoryThatCannotBeWritten(option: String) throws {
        let closed = scratch.directory("closed", mode: 0o555)
        let open = scratch.directory("open", mode: 0o777)
        var arguments = ["--bundle", scratch.path("bundle"), "--listen", "127.0.0.1:\(port)"]
        for name in ["--runtime-dir", "--state-dir"] {
            arguments += [name, name == option ? "\(closed)/inside" : "\(open)/\(name.dropFirst(2))"]
        }
        let result = try Nobody.run("enigm-resolverd", arguments, in: scratch)
        expectOneLine(result, mentioning: closed)
    }

    @Test func aProfileThatIsMissing() {
        expectOneLine(
            Programs.enigmctl(["profile", "check", scratch.path("missing.yaml")]),
            mentioning: scratch.path("missing.yaml"))
    }

    @Test func anOutputThatCannotBeWritten() {
        let output = scratch.path("no/such/directory/bundle")
        expectOneLine(
            Programs.enigmctl(["profile", "compile", scratch.path("profile.yaml"), "-o", output]), mentioning: output)
    }

    @Test func aDaemonThatIsNotRunning() {
        expectOneLine(
            Programs.enigmctl(["--runtime-dir", scratch.path, "resolver", "stats"]), mentioning: scratch.path)
    }

    @Test(arguments: [["no-such-verb"], [], ["profile"], ["profile", "check"], ["--no-such-option"]])
    func wrongUsageIsNotTheEnvironment(arguments: [String]) {
        #expect(Programs.enigmctl(arguments).status == .exited(2))
    }

    @Test(arguments: [["--no-such-option"], [], ["--bundle"], ["--bundle", "x", "--listen", "nonsense"]])
    func wrongUsageOfTheDaemonIsNotTheEnvironment(arguments: [String]) {
        let result = Programs.resolverd(arguments)
        #expect(result.status == .exited(2))
        #expect(!result.errors.isEmpty)
    }

    private func arguments(listen port: UInt16) -> [String] {
        [
            "--bundle", scratch.path("bundle"), "--listen", "127.0.0.1:\(port)", "--runtime-dir", scratch.path("run"),
            "--state-dir", scratch.path("state"),
        ]
    }

    private func expectOneLine(_ result: CommandResult, mentioning text: String) {
        #expect(result.status == .exited(3), "\(result.errors)")
        #expect(result.errorLines.count == 1, "\(result.errors)")
        #expect(result.errors.contains(text), "\(result.errors)")
    }
}
