import CanonicalJSON
import KernelTestSupport
import TestSupport
import Testing

/// What `profile compile --emit` writes is what nft takes.
@Suite struct EmitTests {
    private static let policy =
        Sample.good + """
            subjects: { web: { users: [root, surely-nobody-has-this-name] } }
            rules: { pages: { from: web, to: { ports: [443/tcp] }, via: direct } }

            """

    @Test func usersAreNumbersAndUnknownOnesAWarning() {
        let directory = ScratchDirectory()
        let result = emit("nft", in: directory)
        #expect(result.status == .exited(0))
        #expect(result.output.contains("elements = { 0 }"))
        #expect(result.errors.contains("warning: user `surely-nobody-has-this-name`: the profile names it, "))
        #expect(result.output.contains("\nadd table inet enigm\ndelete table inet enigm\n"))
        #expect(TextFile.names(in: directory.path) == ["policy.yaml"])
    }

    @Test(
        .enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"),
        arguments: [("nft", ["-f"]), ("nft-json", ["-j", "-f"])])
    func nftLoadsIt(form: String, arguments: [String]) throws {
        let directory = ScratchDirectory()
        let file = directory.path("ruleset")
        #expect(emit(form, ["-o", file], in: directory).status == .exited(0))
        try KernelNamespace.run {
            #expect(CommandResult.run("nft", arguments + [file]).status == .exited(0))
            #expect(CommandResult.run("nft", ["list", "tables"]).output == "table inet enigm\ntable netdev enigm\n")
        }
    }

    @Test(.enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"))
    func withTheOwnerFlagTheTableWouldGoWithNft() throws {
        let directory = ScratchDirectory()
        let file = directory.path("ruleset")
        #expect(emit("nft", ["-o", file], in: directory).status == .exited(0))
        let text = TextFile.text(of: file)
        let main = text.split(separator: "table netdev enigm {")[0] + "\n"
        let parts = main.split(separator: "table inet enigm {", maxSplits: 1)
        try #require(parts.count == 2 && !text.contains("flags owner"))
        let owned = directory.write(parts.joined(separator: "table inet enigm {\n    flags owner\n"), to: "owned")
        try KernelNamespace.run {
            let loaded = CommandResult.run("nft", ["-f", owned])
            #expect(loaded.status == .exited(0), "\(loaded.errors)")
            #expect(CommandResult.run("nft", ["list", "tables"]).output == "")
        }
    }

    @Test(arguments: [["--json"], ["--sign", "key.pem"]])
    func theseMakeNoSense(options: [String]) {
        let directory = ScratchDirectory()
        #expect(emit("nft", options, in: directory).status == .exited(2))
    }

    private func emit(_ form: String, _ options: [String] = [], in directory: ScratchDirectory) -> CommandResult {
        let profile = directory.write(EmitTests.policy, to: "policy.yaml")
        return enigmctl(["profile", "compile", profile, "--emit", form] + options)
    }
}
