import ProfileLoader
import ProfileModel
import ProfileTestSupport
import TestSupport
import Testing

/// Profiles as careless hands and bad disks leave them: read or refused with a reason, and soon.
@Suite struct MutationTests {
    /// Those that are shipped and those of the golden tests, which together use the whole language.
    static let profiles = RepositoryProfile.shipped + RepositoryProfile.golden

    /// Of each profile; ENIGM_MUTATIONS asks for more.
    private static let rounds = Repository.environment("ENIGM_MUTATIONS").flatMap { Int($0) } ?? 200
    private static let seed = Repository.environment("ENIGM_MUTATION_SEED").flatMap { UInt64($0) } ?? 0x0E16
    /// Of processor time, for one profile.
    private static let limit = Duration.seconds(1)

    @Test(arguments: profiles)
    func everyMutationIsReadOrRefusedWithAReason(_ profile: RepositoryProfile) {
        let original = profile.bytes
        var random = SplitMix(state: Self.seed)
        var (accepted, slowest) = (0, Duration.zero)
        for round in 0..<Self.rounds {
            let mutant = ProfileMutation.of(original, &random)
            var result: LoadResult?
            let time = ProcessorTime.measure { result = profile.load(mutant) }
            slowest = max(slowest, time)
            guard let result, time < Self.limit, result.profile != nil || result.diagnostics.hasErrors else {
                Issue.record(
                    "round \(round) of seed \(Self.seed), after \(time): \(String(decoding: mutant, as: UTF8.self))")
                return
            }
            if result.profile != nil { accepted += 1 }
        }
        print(
            "seed \(Self.seed): \(Self.rounds) mutations of \(profile), \(accepted) accepted, the slowest took \(slowest)"
        )
        #expect(accepted < Self.rounds, "mutations that change nothing test nothing")
    }

    @Test func thereAreProfiles() { #expect(Self.profiles.count > 10) }
}

/// One to four changes to a text: to a byte, a stretch, a line or a word.
private enum ProfileMutation {
    static func of(_ original: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var text = original
        for _ in 0...Int.random(in: 0...3, using: &random) { change(&text, &random) }
        return text
    }

    private static func change(_ text: inout [UInt8], _ random: inout SplitMix) {
        guard let index = text.indices.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: text[index] = UInt8.random(in: 0...255, using: &random)
        case 1: text.insert(Array("\n\t :{}[],-#&*!|>'\"%@?\\~".utf8).randomElement(using: &random) ?? 0, at: index)
        case 2: text.removeSubrange(index..<min(text.count, index + Int.random(in: 1...40, using: &random)))
        case 3: text.removeSubrange(index...)
        case 4: text.insert(contentsOf: line(of: text, at: index), at: index)
        case 5: text.removeSubrange(lineRange(of: text, at: index))
        case 6: text.insert(contentsOf: words.randomElement(using: &random) ?? [], at: index)
        default:
            let other = Int.random(in: text.indices, using: &random)
            let (one, two) = (line(of: text, at: index), line(of: text, at: other))
            text.replaceSubrange(lineRange(of: text, at: other), with: one)
            if index < other { text.replaceSubrange(lineRange(of: text, at: index), with: two) }
        }
    }

    private static func line(of text: [UInt8], at index: Int) -> [UInt8] { Array(text[lineRange(of: text, at: index)]) }

    /// With its line break.
    private static func lineRange(of text: [UInt8], at index: Int) -> Range<Int> {
        let start = text[..<index].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let end = text[index...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.count
        return start..<end
    }

    /// What a schema may stumble over.
    private static let words = [
        "99999999999999999999", "-1", "0", "~", "null", "true", "[]", "{}", "\"\"", "any", "direct", "path",
        "block: true",
        "256.1.1.1", "::ffff:1.2.3.4", "0.0.0.0/0", "1/udp", "65536/tcp", "1d", "*.", "a..b", "\u{FEFF}", "\u{2028}",
        "[[[[[[[[", "{a: {a: {a: ", "? ", "<<: *a", "&a ", "!!int 1", "--- ", "... ",
    ].map { Array($0.utf8) }
}
