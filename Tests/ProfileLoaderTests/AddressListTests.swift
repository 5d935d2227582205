import NetworkTypes
import ProfileLoader
import ProfileModel
import TestSupport
import Testing

/// Lists of addresses in files of their own.
@Suite struct AddressListTests {
    private static let profile = minimal("rules: { r: { from: any, to: { lists: [a.txt] }, via: direct } }")

    private func prefixes(_ list: String) -> [String]? {
        load(Self.profile, ["a.txt": list]).profile?.rules[0].destinations.addresses.map(\.value.description)
    }

    @Test func oneAddressOrPrefixALine() {
        #expect(prefixes("192.0.2.1\n2001:db8::/32\n") == ["192.0.2.1/32", "2001:db8::/32"])
        #expect(prefixes("\u{FEFF}192.0.2.0/24") == ["192.0.2.0/24"])
        #expect(prefixes("# all\r\n\r\n  192.0.2.1\t# one\r\n10.0.0.0/8;two\r\n") == ["192.0.2.1/32", "10.0.0.0/8"])
    }

    @Test func mistakesAreShownAtTheirPlaceInTheList() {
        let result = load(Self.profile, ["a.txt": "192.0.2.1\n  192.0.2.1/24 # office\ndns.example\n"])
        #expect(result.codes == [.hostBitsSet, .nameInsteadOfAddress], "\(result.rendered)")
        #expect(result.profile == nil)
        let expected = """
            error[P0203]: `192.0.2.1/24` has bits set beyond its first 24
             --> a.txt:2:3
              |
            2 |   192.0.2.1/24 # office
              |   ^^^^^^^^^^^^
              = help: write `192.0.2.0/24` for the network, or `192.0.2.1` for the one address
            """
        #expect(result.rendered.hasPrefix(expected), "\(result.rendered)")
    }

    /// Without an address a rule would speak of every one.
    @Test(arguments: ["", "\n", "# nothing yet\n"]) func emptyListIsAnError(text: String) {
        #expect(load(Self.profile, ["a.txt": text]).codes == [.emptyValue])
    }

    @Test func listThatIsNotThereIsAnError() {
        let result = load(Self.profile)
        #expect(result.codes == [.unreadableFile])
        #expect(result.rendered.contains("no such file or directory"))
    }

    @Test func fileThatIsNoListIsGivenUp() {
        let noise = String(repeating: "<html>\n", count: 100_000)
        let result = load(Self.profile, ["a.txt": noise])
        #expect(Set(result.codes) == [.badPrefix] && result.codes.count == 10, "\(result.codes.count)")
    }

    @Test func listsOfAParentAreBesideIt() throws {
        let child = "schema: enigm.network/1\nprofile: { name: c, version: 1 }\nextends: [fleet/base.yaml]\n"
        let files = ["fleet/base.yaml": Self.profile, "fleet/a.txt": "192.0.2.1\n192.0.2.0/40\n"]
        let result = load(child, files)
        #expect(result.codes == [.badPrefix], "\(result.rendered)")
        #expect(result.rendered.contains("--> fleet/a.txt:2:1"))
    }

    @Test func listIsReadOnceHoweverManyRulesNameIt() {
        let rules = (0..<50).map { "r\($0): { from: any, to: { lists: [a.txt] }, via: direct }" }.joined(
            separator: ", ")
        let result = load(minimal("rules: { \(rules) }"), ["a.txt": "192.0.2.1\n"])
        #expect(result.profile?.rules.count == 50 && result.sources.count == 2)
    }

    @Test func longListsAreQuick() {
        let text = (0..<100_000).map { "10.\($0 >> 16 & 255).\($0 >> 8 & 255).\($0 & 255)\n" }.joined()
        let time = ProcessorTime.measure { #expect(prefixes(text)?.count == 100_000) }
        #expect(time < .seconds(5), "\(time)")
    }
}
