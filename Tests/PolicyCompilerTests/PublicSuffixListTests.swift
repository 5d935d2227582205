import DNSWire
import TestSupport
import Testing

@testable import PolicyCompiler

@Suite struct PublicSuffixListTests {
    private static func domain(of text: String, _ list: String) throws -> String {
        let table = try PublicSuffixList(Array(list.utf8)).table()
        let name = try #require(OwnedName(text))
        return try OwnedName(wire: Array(name.wire[table.registrableStart(in: name.wire.span)...])).description
    }

    private static let list = """
        // ===BEGIN ICANN DOMAINS===

        com
        // a comment: co.com
        co.uk and what stands behind a blank
        \tindented.is.nothing
        公司.cn
        *.ck
        !www.ck\r
        *
        // ===BEGIN PRIVATE DOMAINS===
        GitHub.io
        """

    @Test(arguments: [
        ("www.example.com", "example.com."), ("www.example.co.uk", "example.co.uk."), ("a.b.c.ck", "b.c.ck."),
        ("a.www.ck", "www.ck."), ("a.b.github.io", "b.github.io."), ("a.co.com", "co.com."),
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn."), ("a.b.unlisted", "b.unlisted."),
    ])
    func readsTheFormatOfTheList(text: String, domain: String) throws {
        #expect(try Self.domain(of: text, Self.list) == domain)
    }

    @Test(arguments: [
        ("com\na..b\n", 2), ("*.\n", 1), ("com\nco.*.uk", 2), ("a.b\\.c", 1), ("!", 1), ("\u{7C}..", 1),
        (String(repeating: "x", count: 64), 1), ("com\nok\n" + String(repeating: "ö", count: 63) + ".de", 3),
    ])
    func saysWhereAListIsWrong(text: String, line: Int) {
        #expect(throws: PublicSuffixList.Problem(line: line, reason: "what is written there is no name")) {
            try PublicSuffixList(Array(text.utf8))
        }
    }

    @Test func whatHasNoRuleIsNoList() {
        for text in ["", "\n\n", "// nothing\n", "*\n"] {
            #expect(throws: PublicSuffixList.Problem(line: nil, reason: "it has no rule")) {
                try PublicSuffixList(Array(text.utf8))
            }
        }
        #expect(throws: PublicSuffixList.Problem(line: 1, reason: "what is written there is no name")) {
            try PublicSuffixList([0xFF, 0xFE])
        }
    }

    /// RFC 3492 section 7.1 in lower case, and what stands in the list.
    @Test(arguments: [
        ("plain", "plain"), ("bücher", "xn--bcher-kva"), ("公司", "xn--55qx5d"), ("中国", "xn--fiqs8s"), ("рф", "xn--p1ai"),
        ("한국", "xn--3e0b707e"), ("ไทย", "xn--o3cw4h"), ("السعودية", "xn--mgberp4a5d4ar"), ("இலங்கை", "xn--xkc2al3hye2a"),
        ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"), ("pročprostěnemluvíčesky", "xn--proprostnemluvesky-uyb24dma41a"),
        ("почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"),
        ("3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"), ("ひとつ屋根の下2", "xn--2-u9tlzr9756bt3uc0v"),
    ])
    func aLabels(label: String, ascii: String) { #expect(Punycode.asciiLabel(label) == ascii) }

    private static let isInstalled = TextFile.exists(PublicSuffixList.systemPath)

    @Test(.enabled(if: isInstalled, "the list of Debian's package `publicsuffix` is not installed"))
    func readsTheSystemsList() throws {
        let text = TextFile.text(of: PublicSuffixList.systemPath)
        for (name, domain) in [
            ("www.bbc.co.uk", "bbc.co.uk."), ("a.b.c.kawasaki.jp", "b.c.kawasaki.jp."),
            ("www.city.kawasaki.jp", "city.kawasaki.jp."), ("www.www.ck", "www.ck."),
            ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn."), ("www.example.org", "example.org."),
        ] { #expect(try Self.domain(of: name, text) == domain) }
        let table = try PublicSuffixList(Array(text.utf8)).table()
        #expect((40_000..<200_000).contains(table.bytes.count))
    }
}
