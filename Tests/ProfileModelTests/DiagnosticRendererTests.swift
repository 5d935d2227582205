import ProfileModel
import Testing

@Suite struct DiagnosticRendererTests {
    @Test func placeLineCaretNoteAndHelp() {
        let source = SourceFile(name: "a.yaml", bytes: Array("one: 1\n\ttwo: [a, bb]\n".utf8))
        let diagnostic = Diagnostic(
            .badAddress, "`bb` is wrong", at: range(2, 11, 13),
            notes: [.init("see here", at: range(1, 1, 4)), .init("and elsewhere", at: nil)], help: "write `b`")
        let expected = """
            error[P0201]: `bb` is wrong
             --> a.yaml:2:11
              |
            2 |  two: [a, bb]
              |           ^^
            note: see here
             --> a.yaml:1:1
              |
            1 | one: 1
              | ---
              = note: and elsewhere
              = help: write `b`

            """
        #expect(DiagnosticRenderer(sources: [source]).render(diagnostic) == expected)
    }

    @Test func coloursAreWrittenOnDemandOnly() {
        let source = SourceFile(name: "a.yaml", bytes: Array("a".utf8))
        let warning = Diagnostic(.listedTwice, severity: .warning, "twice", at: .start)
        #expect(!DiagnosticRenderer(sources: [source]).render(warning).contains("\u{1B}"))
        #expect(
            DiagnosticRenderer(sources: [source], isColoured: true).render(warning)
                .hasPrefix("\u{1B}[1;33mwarning[P0107]\u{1B}[0m: "))
    }

    @Test func textOfTheUserCannotMoveTheCursor() {
        let source = SourceFile(name: "a", bytes: Array("a: \u{1B}[2J\u{202E}x\u{7}".utf8))
        let diagnostic = Diagnostic(.badName, "`\u{1B}[2J\n` is wrong", at: range(1, 4, 9), help: "\r\u{9B}")
        let shown = DiagnosticRenderer(sources: [source]).render(diagnostic)
        #expect(shown.contains("`\\u{1b}[2J\\u{a}` is wrong"))
        #expect(
            shown.unicodeScalars.allSatisfy {
                $0 == "\n" || ![.control, .format].contains($0.properties.generalCategory)
            })
    }

    @Test func longMessagesAreCut() {
        let diagnostic = Diagnostic(.badName, String(repeating: "x", count: 100_000), at: .start)
        #expect(diagnostic.message.count < 500)
    }

    @Test func longLinesAreShownAroundThePlace() {
        let line = String(repeating: "abcdefghij", count: 100_000)
        let source = SourceFile(name: "a", bytes: Array(line.utf8))
        let lines = DiagnosticRenderer(sources: [source]).render(
            Diagnostic(.badName, "m", at: range(1, 500_001, 500_004))
        )
        .split(separator: "\n").map(String.init)
        #expect(lines[3].hasPrefix("1 | ...abcdefghij") && lines[3].hasSuffix("...") && lines[3].count < 180)
        let caret = lines[4].prefix { $0 != "^" }.count
        #expect(lines[4].hasSuffix(" ^^^") && lines[3].dropFirst(caret).hasPrefix("abc"))
    }

    @Test func caretStandsUnderWideAndCombiningCharacters() {
        let source = SourceFile(name: "a", bytes: Array("名e\u{301}: x".utf8))
        let lines = DiagnosticRenderer(sources: [source]).render(Diagnostic(.badName, "m", at: range(1, 6, 7)))
            .split(separator: "\n")
        #expect(lines[4] == "  |      ^")
    }

    @Test(arguments: [(1, 900), (900, 1), (1, 1)])
    func placesOutsideTheTextAreShownWithoutTrap(line: Int, column: Int) {
        let source = SourceFile(name: "a", bytes: [])
        let place = ProfileModel.SourceLocation(line: line, column: column)
        let shown = DiagnosticRenderer(sources: [source]).render(
            Diagnostic(.badName, "m", at: SourceRange(place, place)))
        #expect(shown.contains("--> a:\(line):\(column)"))
    }

    @Test func rangesOverSeveralLinesMarkTheFirst() {
        let source = SourceFile(name: "a", bytes: Array("ab: \ncd".utf8))
        let over = SourceRange(
            ProfileModel.SourceLocation(line: 1, column: 2), ProfileModel.SourceLocation(line: 2, column: 2))
        let lines = DiagnosticRenderer(sources: [source]).render(Diagnostic(.badName, "m", at: over)).split(
            separator: "\n")
        #expect(lines[4] == "  |  ^^")
    }

    private func range(_ line: Int, _ from: Int, _ to: Int) -> SourceRange {
        SourceRange(
            ProfileModel.SourceLocation(line: line, column: from), ProfileModel.SourceLocation(line: line, column: to))
    }
}
