import Testing
import YAMLSyntax

/// Slips that people make in YAML, told in words that say which it was and what to write.
@Suite struct SyntaxAdviceTests {
    @Test(arguments: [
        ("a:\n\tb: 1\n", "a tab stands where a key or value should", "indent with spaces, not tabs"),
        (
            "a: [*.example.org]\n", "a text that starts with `*` or `&` is",
            "put the text in quotes, like `\"*.example.org\"`"
        ),
        ("a:\n  - *.example.org\n", "a text that starts with `*` or `&` is", "like `\"*.example.org\"`"),
        ("a: [1, ::1]\n", "no value can start with `:`", "put the text in quotes: `\"::1\"`"),
        ("a: @here, b\n", "no value can start with `@`", "put the text in quotes: `\"@here\"`"),
        ("a: { b: it's \"c: d\", e: f }\n", "a `:` stands where no value may follow", "contains `: ` in quotes"),
        ("a: b: c\n", "a `:` stands where no value may follow", "contains `: ` in quotes"),
        ("a:\n  b: 1\n   c: 2\n", "a `:` stands where no value may follow", "check the indentation"),
        ("a:\n  b: { c: d }\n   e: 2\n", "a key was expected here", "start in the same column"),
        ("a: [1, 2\nb: 3\n", "a list is not closed", "close the bracket or brace"),
    ])
    func theSlipIsNamed(text: String, message: String, help: String) throws {
        let problem = try #require(YAMLReading(Array(text.utf8)).problems.first)
        #expect(problem.message.hasPrefix(message))
        #expect(problem.help?.contains(help) == true, "\(problem.help ?? "")")
    }

    /// It would only say the same again.
    @Test func aNoteStandsElsewhere() {
        #expect(YAMLReading(Array("a:\n\tb: 1\n".utf8)).problems.first?.note == nil)
        #expect(YAMLReading(Array("a:\n  b: { c: d }\n   e: 2\n".utf8)).problems.first?.note != nil)
    }

    @Test(
        arguments: [
            [0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61], [0x61, 0x00, 0x3A, 0x00], [0x00, 0x61, 0x00, 0x3A],
        ] as [[UInt8]])
    func anotherEncodingIsNamed(bytes: [UInt8]) throws {
        let problem = try #require(YAMLReading(bytes).problems.first)
        #expect(problem.kind == .notUTF8 && problem.message == "the file is UTF-16 or UTF-32 text, not UTF-8")
    }
}
