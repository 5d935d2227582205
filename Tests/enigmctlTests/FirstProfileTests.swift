import TestSupport
import Testing

/// policy-profiles/README.md leads to a profile that does what it says there.
@Suite struct FirstProfileTests {
    private static let page = TextFile.text(of: "\(Repository.root)/policy-profiles/README.md")

    /// Its pieces, put together as an author does: what stands under one key in several of them, under one.
    private static let profile: String = {
        var order: [String] = []
        var bodies: [String: String] = [:]
        var isExample = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isExample = line == "```yaml"
            } else if isExample {
                if !line.hasPrefix(" "), !line.hasPrefix("#"), let colon = line.firstIndex(of: ":") {
                    let key = String(line[..<colon])
                    order.removeAll { $0 == key }
                    order.append(key)
                    if bodies[key] == nil { bodies[key] = line + "\n" }
                } else if let key = order.last {
                    bodies[key]? += line + "\n"
                }
            }
        }
        return order.compactMap { bodies[$0] }.joined()
    }()

    private let directory = ScratchDirectory()

    private func written(_ text: String) -> String {
        for name in TextFile.names(in: "\(Repository.root)/policy-profiles") {
            directory.write(TextFile.bytes(of: "\(Repository.root)/policy-profiles/\(name)"), to: name)
        }
        directory.write("203.0.113.200\n203.0.113.208/28  # another\n", to: "games.txt")
        return directory.write(text, to: "mine.yaml")
    }

    @Test func thePageLeadsToAProfile() {
        let file = written(FirstProfileTests.profile)
        let checked = enigmctl(["profile", "check", file])
        #expect(checked.status == .exited(0), "\(checked.output)\(checked.errors)")
        // What the page says to expect.
        let codes = checked.output.split(separator: "\n").filter { $0.hasPrefix("warning[") }.map {
            $0.dropFirst(8).prefix(5)
        }
        #expect(Set(codes) == ["P0501", "P0520"], "\(checked.output)")
        let tested = enigmctl(["profile", "test", file])
        #expect(tested.status == .exited(0), "\(tested.output)\(tested.errors)")
        #expect(tested.output.contains("all as expected"))
    }

    /// Steps 1 and 2 alone are profiles already.
    @Test func itsFirstStepIsAProfile() {
        let file = written(
            "schema: enigm.network/1\nprofile: { name: mine, version: 1 }\nextends: [vpn-lockdown.yaml]\n")
        #expect(enigmctl(["profile", "test", file]).status == .exited(0))
    }

    /// Every parent is one that an author may start from.
    @Test func everyShippedProfileCanBeExtended() {
        for name in TextFile.names(in: "\(Repository.root)/policy-profiles") where name.hasSuffix(".yaml") {
            let file = written("schema: enigm.network/1\nprofile: { name: mine, version: 1 }\nextends: [\(name)]\n")
            #expect(enigmctl(["profile", "test", file]).status == .exited(0), "\(name)")
        }
    }
}
