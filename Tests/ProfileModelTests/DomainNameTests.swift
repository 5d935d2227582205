import ProfileModel
import Testing

@Suite struct DomainNameTests {
    @Test func acceptsAndLowersNames() throws {
        #expect(try DomainName("DNS.Example.ORG.").text == "dns.example.org")
        #expect(try DomainName("_dns.example").text == "_dns.example")
        #expect(try DomainName("localhost").labels == ["localhost"])
    }

    @Test(arguments: [
        "", ".", "a..b", ".a", "-a.b", "a-.b", "a b", "b\u{FC}cher.example", "a/b", "*.a",
        String(repeating: "a", count: 64),
        String(repeating: "abcdefg.", count: 32) + "a",
    ])
    func refuses(text: String) {
        #expect(throws: ValueProblem.self) { try DomainName(text) }
    }

    @Test func longestNameIsAccepted() throws {
        let text = String(repeating: "abcdefg.", count: 31) + "abcde"
        #expect(text.utf8.count == DomainName.maximumLength)
        #expect(try DomainName(text).text == text)
    }

    @Test func patternsAreWholeLabels() throws {
        #expect(try NamePattern("*.Media.example") == .below(DomainName("media.example")))
        #expect(try NamePattern("media.example") == .exact(DomainName("media.example")))
        for text in ["*", "*.", "a.*.b", "*a.b", "*.*.b"] {
            #expect(throws: ValueProblem.self, "\(text)") { try NamePattern(text) }
        }
    }
}
