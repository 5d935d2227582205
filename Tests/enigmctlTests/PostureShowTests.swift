import CanonicalJSON
import TestSupport
import Testing

/// `posture show` where no daemon runs: it says so, and still prints its document.
@Suite struct PostureShowTests {
    private let directory = ScratchDirectory()

    private func show(_ arguments: [String] = []) -> CommandResult {
        enigmctl(["--runtime-dir", directory.path, "posture", "show"] + arguments)
    }

    @Test func withoutDaemonsTheDocumentIsPrintedAndEverythingUnknown() throws {
        let result = show(["--json"])
        #expect(result.status == .exited(3))
        #expect(result.errors.isEmpty)
        #expect(result.outputLines.count == 1)
        let document = try json(result.output)
        #expect(document["schema"] == "enigm.posture/1")
        #expect(document["bundle-digest"] == .null)
        let signals = (document["signals"]?.array ?? []).compactMap(\.object)
        #expect(signals.count == 3)
        #expect(signals.allSatisfy { $0["evidence-digest"]?.string?.count == 64 })
        #expect(signals.allSatisfy { $0["value"] == "unknown" })
        #expect(document["limits"]?.array?.isEmpty == false)
    }

    @Test func theTableIsAlignedAndPlainInAPipe() throws {
        let result = show()
        #expect(result.status == .exited(3))
        #expect(!result.output.contains("\u{1B}"))
        let lines = result.outputLines
        let header = try #require(lines.first { $0.hasPrefix("signal ") })
        let rows = lines.filter { $0.contains("  unknown  ") }
        #expect(rows.count == 3)
        let column = header.firstRange(of: "value")
        for row in rows {
            let value = row.firstRange(of: "unknown")
            #expect(value?.lowerBound == column?.lowerBound)
        }
        #expect(lines.contains("not observed:"))
    }

    @Test func theEvidenceIsWrittenAndAnEarlierDocumentKeepsSince() throws {
        let first = show(["--json", "--evidence", directory.path("evidence.json")])
        let evidence = try json(TextFile.text(of: directory.path("evidence.json")))
        #expect(evidence.keys == ["policy-compliance", "secure-name-resolution", "security-service"])
        let document = try json(first.output)
        let moment = try #require(document["observed-at"]?.string)
        let earlier = first.output.replacing(moment, with: "2020-02-29T12:00:00.000Z")
        let later = try json(show(["--json", "--previous", directory.write(earlier, to: "earlier.json")]).output)
        let signals = (later["signals"]?.array ?? []).compactMap(\.object)
        #expect(signals.count == 3)
        #expect(signals.allSatisfy { $0["since"] == "2020-02-29T12:00:00.000Z" })
    }

    @Test func whatIsNoDocumentIsWrongUsageAndAMissingOneTheEnvironment() {
        #expect(show(["--previous", directory.write("{}", to: "empty.json")]).status == .exited(2))
        #expect(show(["--previous", directory.path("absent.json")]).status == .exited(3))
    }
}
