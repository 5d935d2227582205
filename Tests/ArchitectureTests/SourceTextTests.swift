import Testing

/// The reader that the other tests here rely on sees code, and only code.
@Suite struct SourceTextTests {
    @Test func wordsOfCodeAreSeen() {
        let words = SourceText("let x = unsafe pointer.pointee // why\n@unsafe struct S {}").words
        #expect(words.contains("unsafe") && words.contains("@unsafe"))
    }

    @Test func commentsAndStringsAreNot() {
        let sources = [
            "// unsafe", "func `unsafe things are refused`() {}", "/* a /* nested */ unsafe */",
            "let s = \"unsafe \\\" unsafe\"",
            "let s = #\"unsafe \" unsafe\"#",
            "let s = \"\"\"\n  unsafe \"quoted\"\n  \"\"\"",
        ]
        for source in sources {
            let words = SourceText(source + "\nlet after = 1").words
            #expect(!words.contains("unsafe"), "\(source)")
            #expect(words.contains("after"), "\(source)")
        }
    }

    @Test func importsAreSeen() {
        let modules = [
            "import Foundation": ["Foundation"],
            "package import NetworkTypes": ["NetworkTypes"],
            "@preconcurrency internal import struct Glibc.timespec": ["Glibc"],
            "#if canImport(Foundation)\n  import Foundation\n#endif": ["Foundation"],
            "// import Foundation\nlet words = \"import Dispatch\"": [],
            "let import_ = other": [],
        ]
        for (source, expected) in modules { #expect(SourceText(source).imports == expected, "\(source)") }
    }

    @Test func aTableWithAnEdgeThatIsUnreadableSaysSo() {
        let table = LayerTable(text: "# comment\n1 A:\n2 B: A\nC -> A\n")
        #expect(table.rows.map(\.name) == ["A", "B"])
        #expect(table.unreadable == ["C -> A"])
        #expect(table.closure(of: ["B"]) == ["A", "B"])
    }
}
