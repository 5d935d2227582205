import CanonicalJSON
import TestSupport
import Testing

/// What every verb has in common: options, help, usage errors, exit codes.
@Suite struct CommandLineTests {
    @Test(arguments: [
        [], ["profile"], ["nonsense"], ["profile", "nonsense"], ["profile", "check"],
        ["profile", "check", "--nonsense"],
        ["--runtime-dir"], ["profile", "compile"], ["profile", "compile", "a.yaml", "b.yaml"],
        ["profile", "compile", "a.yaml", "--emit", "nonsense"], ["profile", "compile", "a.yaml", "-o", "a.yaml"],
    ])
    func wrongUsageExitsWith2(arguments: [String]) {
        let result = enigmctl(arguments)
        #expect(result.status == .exited(2))
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("enigmctl"))
    }

    @Test(arguments: [
        ["--help"], ["profile", "--help"], ["profile", "check", "-h"], ["help", "profile", "compile"],
        ["resolver", "--help"], ["resolver", "query", "--help"], ["resolver", "stats", "--help"],
        ["resolver", "flush", "--help"],
    ])
    func helpTeachesByExample(arguments: [String]) {
        let result = enigmctl(arguments)
        #expect(result.status == .exited(0))
        #expect(result.errors.isEmpty)
        #expect(result.output.contains("EXAMPLES:\n  enigmctl "))
        #expect(result.output.contains("--json"))
        #expect(result.output.contains("--runtime-dir"))
    }

    @Test(arguments: [
        ["--json", "profile", "check"], ["profile", "--json", "check"], ["profile", "check", "--json"],
        ["--runtime-dir", "x", "profile", "check", "--json"],
    ])
    func globalOptionsStandAnywhere(arguments: [String]) throws {
        let directory = ScratchDirectory()
        let result = enigmctl(arguments + [directory.write(Sample.good, to: "good.yaml")])
        #expect(result.status == .exited(0))
        #expect(try json(result.output)["schema"] == "enigm.profile-check/1")
    }

    @Test func noColourReachesAPipe() {
        let directory = ScratchDirectory()
        let result = enigmctl(["profile", "check", directory.write("schema: 1\n", to: "bad.yaml")])
        #expect(result.status == .exited(1))
        #expect(!result.output.contains("\u{1B}"))
    }

    @Test(arguments: [["query", "www.example.org"], ["stats"], ["flush"]])
    func withoutADaemonTheEnvironmentFails(verb: [String]) throws {
        let directory = ScratchDirectory()
        let arguments = ["resolver"] + verb + ["--runtime-dir", directory.path]
        let result = enigmctl(arguments)
        #expect(result.status == .exited(3))
        #expect(result.output.isEmpty)
        #expect(result.errorLines.count == 1)
        let inJSON = enigmctl(arguments + ["--json"])
        #expect(inJSON.status == .exited(3))
        #expect(try json(inJSON.output)["schema"] == "enigm.error/1")
    }
}
