import Testing
import YAMLSyntax

/// What is reported while reading goes on.
@Suite struct ProblemTests {
    @Test func duplicateKeyPointsToBothPlaces() throws {
        let reading = read("a: 1\nb: 2\na: 3\n")
        let problem = try #require(reading.problems.first)
        #expect(reading.problems.count == 1)
        #expect(problem.kind == .duplicateKey)
        #expect(problem.range.lowerBound == YAMLMark(line: 2, column: 0))
        #expect(problem.note?.range.lowerBound == YAMLMark(line: 0, column: 0))
        #expect(reading.root?.entries?.map(\.key.text) == ["a", "b"])
    }

    @Test func quotedAndPlainKeysAreTheSame() {
        #expect(read("a: 1\n\"a\": 2\n").problems.map(\.kind) == [.duplicateKey])
    }

    @Test func sameKeyInOtherMappingIsFine() {
        #expect(read("a: { x: 1 }\nb: { x: 1 }\n").problems.isEmpty)
    }

    @Test func anchorIsReportedAndItsValueRead() {
        let reading = read("a: &x [1]\nb: *x\n")
        #expect(reading.problems.map(\.kind) == [.anchor, .alias])
        #expect(reading.root?.entries?.first?.value.items?.count == 1)
        #expect(reading.root?.entries?.last?.value.content == .unreadable)
    }

    @Test func aliasToNothingAndToItselfAreOneProblemEach() {
        #expect(read("a: *nowhere\n").problems.map(\.kind) == [.alias])
        #expect(read("a: &x { b: *x }\n").problems.map(\.kind) == [.anchor, .alias])
    }

    @Test func aliasAsKeyIsOneProblem() {
        let reading = read("? *x\n: 1\nb: 2\n")
        #expect(reading.problems.map(\.kind) == [.alias])
        #expect(reading.root?.entries?.map(\.key.text) == ["b"])
    }

    @Test func tagIsReportedAndItsValueRead() {
        let reading = read("a: !!int 7\nb: !own { x: 1 }\n")
        #expect(reading.problems.map(\.kind) == [.tag, .tag])
        #expect(reading.root?.entries?.first?.value.content == .scalar(.init(text: "7", isQuoted: false)))
    }

    @Test func listAsKeyIsReportedAndItsValueLeftOut() {
        let reading = read("? [1, 2]\n: x\nb: 2\n")
        #expect(reading.problems.map(\.kind) == [.keyNotText])
        #expect(reading.root?.entries?.map(\.key.text) == ["b"])
    }

    @Test func secondDocumentIsReportedAndFirstRead() {
        let reading = read("a: 1\n---\nb: 2\n")
        #expect(reading.problems.map(\.kind) == [.severalDocuments])
        #expect(reading.problems.first?.range.lowerBound == YAMLMark(line: 1, column: 0))
        #expect(reading.root?.entries?.map(\.key.text) == ["a"])
    }

    @Test func countOfProblemsIsBounded() {
        let reading = read(String(repeating: "- &a 1\n", count: 3_000))
        #expect(reading.problems.count == YAMLReading.maximumProblems)
        #expect(reading.root?.items?.count == 3_000)
    }
}
