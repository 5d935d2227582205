import CanonicalJSON
import TestSupport
import Testing

@Suite struct ProfileCheckTests {
    @Test func aGoodProfileHasOneLine() {
        let directory = ScratchDirectory()
        let result = enigmctl(["profile", "check", directory.write(Sample.good, to: "good.yaml")])
        #expect(result.status == .exited(0))
        #expect(result.output == "checked 1 file: 0 errors, 0 warnings\n")
        #expect(result.errors.isEmpty)
    }

    @Test func everyProblemOfEveryFileIsShown() {
        let directory = ScratchDirectory()
        let bad = directory.write(
            Sample.good.replacing("127.0.0.1", with: "127.0.0.256") + "nonsense: 1\n", to: "bad.yaml")
        let worse = directory.write("schema: enigm.network/1\n", to: "worse.yaml")
        let result = enigmctl(["profile", "check", bad, directory.write(Sample.good, to: "good.yaml"), worse])
        #expect(result.status == .exited(1))
        #expect(result.output.contains("error[P0201]"))
        #expect(result.output.contains("\(bad):5:1"))
        #expect(result.output.contains("error[P0102]"))
        #expect(result.outputLines.last?.hasPrefix("checked 3 files: 5 errors, ") == true, "\(result.output)")
    }

    @Test func whatOnlyThisVersionLacksIsAWarning() {
        let directory = ScratchDirectory()
        let result = enigmctl([
            "profile", "check", directory.write(Sample.good + Sample.unsupported, to: "policy.yaml"),
        ])
        #expect(result.status == .exited(0))
        #expect(result.output.contains("warning[P0501]: this version does not enforce the root slice"))
        #expect(result.outputLines.last == "checked 1 file: 0 errors, 1 warning")
    }

    @Test func aFileThatCannotBeOpenedOutweighsEverything() {
        let directory = ScratchDirectory()
        let bad = directory.write("schema: 2\n", to: "bad.yaml")
        let missing = directory.path("missing.yaml")
        let result = enigmctl(["profile", "check", missing, bad])
        #expect(result.status == .exited(3))
        #expect(
            result.errors == "enigmctl: cannot read the profile `\(missing)`: no such file or directory\n")
        #expect(result.output.contains("error["))
        #expect(result.outputLines.last?.hasPrefix("checked 1 file: ") == true, "\(result.output)")
        #expect(result.outputLines.last?.hasSuffix(", 1 unreadable") == true)
        let alone = enigmctl(["profile", "check", missing])
        #expect(alone.status == .exited(3) && alone.output.isEmpty, "\(alone.output)")
    }

    @Test func oneDocumentSaysItAll() throws {
        let directory = ScratchDirectory()
        let bad = directory.write(Sample.good + "nonsense: 1\n", to: "bad.yaml")
        let missing = directory.path("missing.yaml")
        let result = enigmctl(["profile", "check", "--json", bad, missing])
        #expect(result.status == .exited(3))
        #expect(result.outputLines.count == 1)
        #expect(result.errors.isEmpty)
        let document = try json(result.output)
        #expect(document["errors"] == 1)
        #expect(document["warnings"] == 0)
        let files = try #require(document["files"]?.array)
        #expect(files.compactMap { $0.object?["file"]?.string } == [bad, missing])
        let diagnostic = try #require(files[0].object?["diagnostics"]?.array?.first?.object)
        #expect(diagnostic["code"] == "P0101")
        #expect(diagnostic["severity"] == "error")
        #expect(diagnostic["range"] == ["file": .string(bad), "line": 5, "column": 1, "end-line": 5, "end-column": 9])
        #expect(files[1].object?["error"]?.string?.contains("no such file or directory") == true)
    }

    /// One diagnostic each, and soon.
    @Test(arguments: [
        ("", "error[P0001]"), (String(repeating: "[", count: 3_000_000), "error[P0002]"),
        ("\u{0}\u{1}", "error[P0004]"),
    ])
    func hopelessFilesHaveOneDiagnostic(text: String, code: String) {
        let directory = ScratchDirectory()
        let path = directory.write(text, to: "hopeless.yaml")
        let result = enigmctl(["profile", "check", path])
        #expect(result.status == .exited(1))
        #expect(result.output.contains(code))
        #expect(result.outputLines.last == "checked 1 file: 1 error, 0 warnings")
    }
}
