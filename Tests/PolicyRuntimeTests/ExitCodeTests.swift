import TestSupport
import Testing

@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"))
struct ExitCodeTests {
    private let program = "\(TestEnforcer.programs)/enigm-policyd"
    private let scratch = ScratchDirectory()

    private func run(_ arguments: [String]) -> CommandResult {
        CommandResult.run(
            program, arguments + ["--runtime-dir", scratch.path("run"), "--state-dir", scratch.path("state")])
    }

    @Test(arguments: [[], ["--bundle"], ["--bundle", "x", "--what"], ["--bundle", "x", "y"], ["--boot=1"]])
    func wrongUsageIsTwo(arguments: [String]) {
        let result = run(arguments)
        #expect(result.status == .exited(2))
        #expect(result.errorLines.count == 2, "\(result.errors)")
    }

    @Test func aBundleThatIsNoneIsThreeAndOneLine() {
        let result = run(["--check", "--bundle", scratch.write("nothing", to: "bundle")])
        #expect(result.status == .exited(3))
        #expect(result.errorLines.count == 1, "\(result.errors)")
    }

    @Test func aGoodBundleIsSaidToBe() throws {
        let result = run(["--check", "--bundle", scratch.write(try TestPolicy.bundle(), to: "bundle")])
        #expect(result.status == .exited(0), "\(result.errors)")
        #expect(result.output.contains("is good: profile `test` version 1"))
    }

    @Test func withoutTheRightItIsThreeAndOneLine() throws {
        let open = scratch.directory("open", mode: 0o777)
        let bundle = scratch.write(try TestPolicy.bundle(), to: "bundle")
        chmodAll(scratch.path)
        let result = CommandResult.run(
            "setpriv",
            [
                "--reuid=65534", "--regid=65534", "--clear-groups", program, "--bundle", bundle, "--runtime-dir", open,
                "--state-dir", open,
            ])
        #expect(result.status == .exited(3))
        #expect(result.errorLines.count == 1, "\(result.errors)")
        #expect(result.errors.contains("CAP_NET_ADMIN"), "\(result.errors)")
    }

    @Test func enigmctlSaysThatNothingRuns() {
        let result = CommandResult.run(
            "\(TestEnforcer.programs)/enigmctl", ["--runtime-dir", scratch.path("run"), "policy", "status"])
        #expect(result.status == .exited(3))
        #expect(result.errors.contains("`enigm-policyd` is not running"), "\(result.errors)")
    }

    private func chmodAll(_ path: String) { _ = CommandResult.run("chmod", ["755", path]) }
}
