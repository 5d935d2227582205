import TestSupport
import Testing
import YAMLSyntax

/// What cannot be read at all: one problem, no tree, no time.
@Suite struct RefusalTests {
    @Test(arguments: ["", " \n\n", "# only a comment\n", "\u{FEFF}"])
    func emptyText(text: String) { expectRefusal(Array(text.utf8), .empty) }

    @Test(arguments: [
        ("a: [1, 2\nb: 3\n", 1), ("a: \"open\n", 1), ("a: b: c\n", 0), ("a: 1\n  b: 2\n", 1), ("a\nb: 1\n", 1),
        ("a: @x\n", 0), ("\ta: 1\n", 0), ("a: 1\n- b\n", 1), ("a: \"\\q\"\n", 0), ("}", 0),
    ])
    func syntaxError(text: String, line: Int) {
        let reading = expectRefusal(Array(text.utf8), .syntax)
        #expect(reading.problems.first?.range.lowerBound.line == line)
    }

    @Test func syntaxErrorHidesWhatWasFoundBefore() { expectRefusal(Array("a: &x 1\na: 2\nb: [".utf8), .syntax) }

    @Test func bytesThatAreNotUTF8() {
        let reading = expectRefusal(Array("a: 1\nb: ".utf8) + [0xC3, 0x28], .notUTF8)
        #expect(reading.problems.first?.range.lowerBound == YAMLMark(line: 1, column: 3))
        expectRefusal([0xFF, 0xFE, 0x61, 0x00], .notUTF8)
        expectRefusal([0xED, 0xA0, 0x80], .notUTF8)
        expectRefusal(Array("a: ".utf8) + [0xE2, 0x82], .notUTF8)
    }

    @Test func controlCharacters() {
        expectRefusal([UInt8](repeating: 0, count: 100), .controlCharacter)
        let reading = expectRefusal(Array("a: x\u{1B}[31m".utf8), .controlCharacter)
        #expect(reading.problems.first?.range.lowerBound == YAMLMark(line: 0, column: 4))
        expectRefusal(Array("a: \u{FEFF}x".utf8), .controlCharacter)
    }

    @Test func directives() {
        expectRefusal(Array("%YAML 1.1\n---\na: 1\n".utf8), .directive)
        // libyaml compares each directive with all before it: seconds, if it were asked.
        let many = (0..<50_000).map { "%TAG !\($0)! x\n" }.joined()
        expectQuickRefusal(Array(many.utf8), .directive)
        expectQuickRefusal(Array(("a: 1\n...\n" + many).utf8), .directive)
    }

    @Test func oversized() {
        expectQuickRefusal([UInt8](repeating: UInt8(ascii: "["), count: 3 << 20), .tooLarge)
        let comment = [UInt8](repeating: UInt8(ascii: "#"), count: YAMLReading.maximumBytes)
        expectRefusal(comment + [UInt8(ascii: "#")], .tooLarge)
        expectRefusal(comment, .empty)
    }

    @Test(arguments: ["[", "{", "- ", "? ", "a: [", "{a: ", "[{"])
    func tooDeep(opening: String) {
        let count = YAMLReading.maximumBytes / opening.utf8.count
        expectQuickRefusal(Array(String(repeating: opening, count: count).utf8), .tooDeep)
    }

    @Test func oneLevelTooDeep() {
        let depth = YAMLReading.maximumDepth + 1
        expectRefusal(
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8), .tooDeep)
    }

    @Test func tooManyNodes() {
        let text = "[" + String(repeating: "a,", count: YAMLReading.maximumNodes) + "]"
        expectQuickRefusal(Array(text.utf8), .tooManyNodes)
    }

    @discardableResult
    private func expectRefusal(_ bytes: [UInt8], _ kind: YAMLProblem.Kind) -> YAMLReading {
        let reading = YAMLReading(bytes)
        #expect(reading.root == nil)
        #expect(reading.problems.map(\.kind) == [kind])
        return reading
    }

    private func expectQuickRefusal(_ bytes: [UInt8], _ kind: YAMLProblem.Kind) {
        let time = ProcessorTime.measure { _ = expectRefusal(bytes, kind) }
        #expect(time < .seconds(1))
    }
}
