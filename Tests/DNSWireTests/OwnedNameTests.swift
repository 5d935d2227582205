import Testing

@testable import DNSWire

@Suite struct OwnedNameTests {
    @Test(arguments: [
        (".", "."), ("com", "com."), ("com.", "com."), ("WWW.Example.com", "WWW.Example.com."),
        ("a\\.b.c", "a\\.b.c."), ("a\\032b.c", "a\\032b.c."), ("a\\098.c", "ab.c."), ("\\@x.c", "\\@x.c."),
        ("_dns.x\\255", "_dns.x\\255."), ("\\\\.x", "\\\\.x."),
    ])
    func textIsReadAndWritten(_ text: String, canonical: String) throws {
        let owned = try #require(OwnedName(text))
        #expect(owned.description == canonical)
        #expect(OwnedName(owned.description) == owned)
    }

    @Test(arguments: ["", "..", ".com", "a..b", "a.\\", "a\\25", "a\\256", "a\\2x5", String(repeating: "a", count: 64)])
    func textThatIsNoName(_ text: String) {
        #expect(OwnedName(text) == nil)
    }

    @Test func lengthsAtTheLimit() {
        let label = String(repeating: "a", count: 63)
        #expect(OwnedName("\(label).\(label).\(label).\(String(repeating: "b", count: 61))") != nil)
        #expect(OwnedName("\(label).\(label).\(label).\(String(repeating: "b", count: 62))") == nil)
    }

    @Test func relativeNames() {
        let origin = name("lab.example")
        #expect(OwnedName("www", relativeTo: origin) == name("www.lab.example"))
        #expect(OwnedName("www.", relativeTo: origin) == name("www"))
        #expect(OwnedName("www\\.", relativeTo: origin) == name("www\\..lab.example"))
        #expect(OwnedName("@", relativeTo: origin) == origin)
        let long = String(repeating: "a.", count: 122) + "aaa"
        #expect(OwnedName(long, relativeTo: origin) == nil)
    }

    @Test func equalNamesHashEqually() {
        #expect(name("A.b") == name("a.B"))
        #expect(Set([name("A.b"), name("a.B"), name("a.c")]).count == 2)
        #expect(name("ab") != name("a.b"))
    }

    @Test func wireMustBeOneWholeName() {
        #expect((try? OwnedName(wire: bytes("0161 00"))) == name("a"))
        #expect((try? OwnedName(wire: bytes("0161 00 00"))) == nil)
        #expect((try? OwnedName(wire: bytes("0161"))) == nil)
    }
}
