import Testing
import YAMLSyntax

@Suite struct TreeTests {
    @Test func keepsOrderTextAndQuotes() throws {
        let root = try #require(read("b: yes\na: '22:22'\nc: [x, \"y\"]\n").root)
        let entries = try #require(root.entries)
        #expect(entries.map(\.key.text) == ["b", "a", "c"])
        #expect(entries[0].value.content == .scalar(.init(text: "yes", isQuoted: false)))
        #expect(entries[1].value.content == .scalar(.init(text: "22:22", isQuoted: true)))
        let items = try #require(entries[2].value.items)
        #expect(
            items.map(\.content) == [
                .scalar(.init(text: "x", isQuoted: false)), .scalar(.init(text: "y", isQuoted: true)),
            ])
    }

    @Test func marksCountScalarsFromZero() throws {
        let root = try #require(read("a: 1\nkäse: wörld\n").root)
        let entry = try #require(root.entries?.last)
        #expect(entry.key.range == YAMLMark(line: 1, column: 0)..<YAMLMark(line: 1, column: 4))
        #expect(entry.value.range == YAMLMark(line: 1, column: 6)..<YAMLMark(line: 1, column: 11))
    }

    @Test func byteOrderMarkIsNoColumn() throws {
        let reading = YAMLReading([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8))
        #expect(reading.root?.entries?.first?.key.range.lowerBound == YAMLMark(line: 0, column: 0))
        #expect(reading.problems.isEmpty)
    }

    @Test(arguments: ["a: 1\r\nb: 2\r\n", "a: 1\rb: 2\r", "a: 1\u{2028}b: 2"])
    func everyLineBreakOfYAMLCounts(text: String) throws {
        let root = try #require(read(text).root)
        #expect(root.entries?.last?.key.range.lowerBound == YAMLMark(line: 1, column: 0))
    }

    @Test func emptyValueIsAnEmptyPlainScalar() throws {
        let root = try #require(read("a:\nb: ''\n").root)
        #expect(root.entries?.first?.value.content == .scalar(.init(text: "", isQuoted: false)))
        #expect(root.entries?.last?.value.content == .scalar(.init(text: "", isQuoted: true)))
    }

    @Test func depthOfTheLimitIsRead() {
        let depth = YAMLReading.maximumDepth
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(read(text).root != nil)
        #expect(read(text).problems.isEmpty)
    }
}

func read(_ text: String) -> YAMLReading { YAMLReading(Array(text.utf8)) }

extension YAMLNode {
    var entries: [Entry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    var items: [YAMLNode]? {
        guard case .sequence(let items) = content else { return nil }
        return items
    }
}
