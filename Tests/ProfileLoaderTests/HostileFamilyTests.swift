import ProfileLoader
import ProfileModel
import TestSupport
import Testing

/// Families of profiles as careless hands leave them, and the largest there can be: a profile or a reason, and soon.
@Suite struct HostileFamilyTests {
    private static let child = """
        schema: enigm.network/1
        profile: { name: child, version: 1 }
        extends: [parent.yaml]
        paths: { tunnel: { ipv6: block } }
        resolver: { cache: { entries: 3 }, filters: { harm: { lists: [lists/harm.rpz, more.txt] } } }
        rules: { talk: { limit: 1/minute }, own: { from: any, to: { addresses: [10.0.0.0/9] }, block: true } }
        tests: [{ name: own, from: any, to: ["tcp 10.0.0.1:1"], expect: [drop] }]
        """

    @Test func wordsOfOneInTheOther() {
        var generator = SplitMix(state: 29)
        let words = (RefinementTests.parent + Self.child).split { " ,\n{}".contains($0) }.map(String.init)
        var accepted = 0
        for _ in 0..<300 {
            guard let old = words.randomElement(using: &generator), let new = words.randomElement(using: &generator)
            else { continue }
            let parent = RefinementTests.parent.replacing(old, with: new, maxReplacements: 1)
            let child = Self.child.replacing(new, with: old, maxReplacements: 1)
            let result = load(child, ["parent.yaml": parent])
            #expect(result.profile != nil || result.diagnostics.hasErrors)
            #expect(result.diagnostics.isEmpty || !result.rendered.isEmpty)
            accepted += result.profile == nil ? 0 : 1
        }
        #expect((1..<300).contains(accepted))
    }

    @Test func truncatedAtEveryByte() {
        let parent = RefinementTests.parent
        for length in stride(from: 0, to: parent.utf8.count, by: 61) {
            let cut = String(decoding: parent.utf8.prefix(length), as: UTF8.self)
            let result = load(Self.child, ["parent.yaml": cut])
            #expect(result.profile != nil || result.diagnostics.hasErrors, "\(length)")
        }
    }

    /// What is compared each with each is bounded; what is long is compared in one go.
    @Test func largeFamiliesAreQuick() {
        let heading = "schema: enigm.network/1\nprofile: { name: c, version: 1 }\nextends: [parent.yaml]\n"
        let addresses = { (start: Int) in
            (0..<30_000).map { "10.\(($0 + start) >> 8 & 255).\(($0 + start) & 255).1" }.joined(separator: ", ")
        }
        let one = { (start: Int) in "rules: { r: { from: any, to: { addresses: [\(addresses(start))] }, via: direct } }"
        }
        let open = FullProfile.minimal.replacing(
            "default: { block: true }", with: "default: { block: true, open: true }")
        let many = { (name: String) in
            "rules: { "
                + (0..<6_000).map { "\(name)\($0): { from: any, to: { names: [n\($0).example] }, via: direct }" }
                .joined(separator: ", ") + " }"
        }
        for (own, inherited, code) in [
            (one(0), one(0), nil), (one(20_000), one(0), DiagnosticCode.wider), (many("a"), many("b"), .extendsTooMuch),
        ] {
            let time = ProcessorTime.measure {
                let result = load(heading + own, ["parent.yaml": open + "\n" + inherited])
                #expect(result.diagnostics.first { $0.severity == .error }?.code == code)
            }
            #expect(time < .seconds(4), "\(time)")
        }
    }
}
