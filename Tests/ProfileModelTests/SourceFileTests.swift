import ProfileModel
import Testing

@Suite struct SourceFileTests {
    @Test func linesEndWhereYAMLEndsThem() {
        let text = "a\nb\r\nc\rd\u{85}e\u{2028}f\u{2029}g"
        let source = SourceFile(name: "x", bytes: Array(text.utf8))
        #expect((1...source.lineCount).map { source[line: $0] } == ["a", "b", "c", "d", "e", "f", "g"])
        #expect(source[line: 0] == nil && source[line: 8] == nil)
    }

    @Test func emptyTextHasOneLine() {
        #expect(SourceFile(name: "x", bytes: [])[line: 1] == "")
        #expect(SourceFile(name: "x", bytes: [0xEF, 0xBB, 0xBF, 0x61])[line: 1] == "a")
    }

    @Test(arguments: [[0xC2], [0xE2], [0xE2, 0x80], [0xFF, 0x0A, 0xFE]] as [[UInt8]])
    func brokenUTF8IsReplaced(bytes: [UInt8]) {
        #expect(SourceFile(name: "x", bytes: bytes)[line: 1]?.contains("\u{FFFD}") == true)
    }

    @Test func oversizedTextIsCut() {
        let source = SourceFile(name: "x", bytes: [UInt8](repeating: 0x61, count: 3 << 20))
        #expect(source[line: 1]?.utf8.count == SourceFile.maximumBytes)
    }
}
