import ByteCodec
import TestSupport
import Testing

@testable import DNSWire

/// Which part of a name somebody registered.
@Suite struct PublicSuffixTableTests {
    private static func name(_ text: String) throws -> OwnedName { try #require(OwnedName(text)) }

    private static func table(_ rules: [String]) throws -> PublicSuffixTable {
        try #require(PublicSuffixTable(try ruleSet(rules)))
    }

    private static func ruleSet(_ rules: [String]) throws -> [OwnedName: PublicSuffixTable.Rule] {
        var set: [OwnedName: PublicSuffixTable.Rule] = [:]
        for rule in rules {
            if rule.hasPrefix("!") {
                set[try name(String(rule.dropFirst())), default: []].insert(.exception)
            } else if rule.hasPrefix("*.") {
                set[try name(String(rule.dropFirst(2))), default: []].insert(.wildcard)
            } else {
                set[try name(rule), default: []].insert(.suffix)
            }
        }
        return set
    }

    private static func domain(of text: String, _ table: PublicSuffixTable) throws -> String {
        let name = try name(text)
        let start = table.registrableStart(in: name.wire.span)
        return try OwnedName(wire: Array(name.wire[start...])).description
    }

    private static let rules = [
        "com", "io", "github.io", "uk", "co.uk", "jp", "ac.jp", "kyoto.jp", "ide.kyoto.jp", "*.kobe.jp",
        "!city.kobe.jp",
        "*.ck", "!www.ck", "us", "ak.us", "k12.ak.us", "xn--fiqs8s", "xn--55qx5d.cn", "cn", "*.compute.example",
    ]

    /// Those of publicsuffix.org, and more. What is a suffix itself stays whole.
    @Test(arguments: [
        ("com", "com."), ("example.com", "example.com."), ("b.example.com", "example.com."),
        ("a.b.example.com", "example.com."),
        ("unlisted", "unlisted."), ("example.unlisted", "example.unlisted."),
        ("a.example.unlisted", "example.unlisted."),
        ("github.io", "github.io."), ("one.github.io", "one.github.io."), ("a.one.github.io", "one.github.io."),
        ("gitlab.io", "gitlab.io."), ("a.gitlab.io", "gitlab.io."),
        ("co.uk", "co.uk."), ("shop.co.uk", "shop.co.uk."), ("www.shop.co.uk", "shop.co.uk."), ("bl.uk", "bl.uk."),
        ("jp", "jp."), ("test.jp", "test.jp."), ("test.ac.jp", "test.ac.jp."), ("a.test.ac.jp", "test.ac.jp."),
        ("ide.kyoto.jp", "ide.kyoto.jp."), ("b.ide.kyoto.jp", "b.ide.kyoto.jp."),
        ("a.b.ide.kyoto.jp", "b.ide.kyoto.jp."), ("kobe.jp", "kobe.jp."), ("c.kobe.jp", "c.kobe.jp."),
        ("b.c.kobe.jp", "b.c.kobe.jp."), ("a.b.c.kobe.jp", "b.c.kobe.jp."), ("city.kobe.jp", "city.kobe.jp."),
        ("www.city.kobe.jp", "city.kobe.jp."),
        ("ck", "ck."), ("test.ck", "test.ck."), ("b.test.ck", "b.test.ck."), ("a.b.test.ck", "b.test.ck."),
        ("www.ck", "www.ck."), ("www.www.ck", "www.ck."),
        ("k12.ak.us", "k12.ak.us."), ("test.k12.ak.us", "test.k12.ak.us."), ("www.test.k12.ak.us", "test.k12.ak.us."),
        ("xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn."),
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn."), ("shishi.xn--fiqs8s", "shishi.xn--fiqs8s."),
        ("a.eu.compute.example", "a.eu.compute.example."), ("b.a.eu.compute.example", "a.eu.compute.example."),
        ("compute.example", "compute.example."), (".", "."),
    ])
    func registrableDomains(of text: String, are domain: String) throws {
        let table = try Self.table(Self.rules)
        #expect(try Self.domain(of: text, table) == domain)
        #expect(try Self.domain(of: text, #require(PublicSuffixTable(table.bytes))) == domain)
    }

    /// As many rules as the list has, and names of up to thirty labels, against the words of the standard.
    @Test func aLargeTableSaysWhatItsRulesSay() throws {
        var random = SplitMix(state: 11)
        let labels = (0..<60).map { "l\($0)" }
        var texts: Set<String> = []
        while texts.count < 10_000 {
            let name = (0..<Int.random(in: 1...5, using: &random)).map { _ in labels.randomElement(using: &random)! }
                .joined(separator: ".")
            texts.insert(["", "", "", "*.", "!"].randomElement(using: &random)! + name)
        }
        let rules = texts.sorted()
        let table = try Self.table(rules)
        let known = Set(rules)
        for _ in 0..<3_000 {
            let parts = (0..<Int.random(in: 1...30, using: &random)).map { _ in labels.randomElement(using: &random)! }
            let text = parts.joined(separator: ".")
            guard text.utf8.count < 250 else { continue }
            #expect(try Self.domain(of: text, table) == Self.expected(parts, known) + ".", "\(text)")
        }
    }

    private static func expected(_ parts: [String], _ rules: Set<String>) -> String {
        func last(_ count: Int) -> String { parts.suffix(count).joined(separator: ".") }
        var suffixCount = 1
        for count in 1...parts.count {
            if rules.contains("!" + last(count)) {
                suffixCount = count - 1
                break
            }
            if rules.contains(last(count)) || count > 1 && rules.contains("*." + last(count - 1)) {
                suffixCount = count
            }
        }
        return last(min(parts.count, suffixCount + 1))
    }

    @Test func whatIsNoTableIsRefused() throws {
        let bytes = try Self.table(Self.rules).bytes
        #expect(PublicSuffixTable(bytes) != nil)
        for count in 0..<bytes.count { #expect(PublicSuffixTable(Array(bytes[..<count])) == nil) }
        #expect(PublicSuffixTable(bytes + [0]) == nil)
        for (offset, value) in [(0, 0), (13, 0), (13, 15), (15, 0xFF), (15, 3)] as [(Int, UInt8)] {
            var spoilt = bytes
            spoilt[offset] = value
            #expect(PublicSuffixTable(spoilt) == nil, "\(offset)")
        }
    }

    /// Whatever a file says, looking a name up ends, inside of the name.
    @Test func aSpoiltTableLeadsNowhereElse() throws {
        var bytes = try Self.table(Self.rules).bytes
        for index in 16..<bytes.count { bytes[index] = 0xFF }
        let full = try #require(PublicSuffixTable(bytes))
        #expect(try Self.domain(of: "a.b.example.com", full).hasSuffix("."))
    }

    @Test func tooManyLabelsAreRefused() throws {
        let deep = (0..<15).map { "l\($0)" }.joined(separator: ".")
        #expect(PublicSuffixTable(try Self.ruleSet([deep])) == nil)
        #expect(PublicSuffixTable(try Self.ruleSet(["*." + deep.dropFirst(3)])) != nil)
    }

    @Test func theDeepestWildcardIsFound() throws {
        let deep = (0..<14).map { "l\($0)" }.joined(separator: ".")
        let table = try Self.table(["*." + deep])
        #expect(try Self.domain(of: "c.b.a." + deep, table) == "b.a." + deep + ".")
    }
}
