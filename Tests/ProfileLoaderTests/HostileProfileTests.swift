import ProfileLoader
import ProfileModel
import TestSupport
import Testing

/// Whatever the bytes are: no trap, no dawdling, and never silence when no profile comes out.
@Suite struct HostileProfileTests {
    @Test func truncationAtEveryByte() {
        let text = Array(FullProfile.text.utf8)
        for length in 0..<text.count { expectAnswer(Array(text[..<length])) }
    }

    @Test func bytesChangedAtRandom() {
        var generator = SplitMix(state: 7)
        let text = Array(FullProfile.text.utf8)
        let alphabet = Array(":-?[]{},&*!|>'\"%@`# \n\t0a~.<\u{1}\u{FF}".utf8) + [0x80, 0xC3, 0xFF]
        for _ in 0..<3_000 {
            var bytes = text
            for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes, alphabet, &generator) }
            expectAnswer(bytes)
        }
    }

    @Test func linesMovedDroppedAndRepeated() {
        var generator = SplitMix(state: 11)
        let lines = FullProfile.text.split(separator: "\n", omittingEmptySubsequences: false)
        for _ in 0..<1_000 {
            var changed = lines
            let from = Int.random(in: changed.indices, using: &generator)
            let line = changed[from]
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: changed.remove(at: from)
            case 1: changed.insert(line, at: Int.random(in: changed.indices, using: &generator))
            default: changed.swapAt(from, Int.random(in: changed.indices, using: &generator))
            }
            expectAnswer(Array(changed.joined(separator: "\n").utf8))
        }
    }

    @Test func valuesOfOneAnother() {
        var generator = SplitMix(state: 13)
        let words = FullProfile.text.split { " ,\n".contains($0) }.map(String.init)
        for _ in 0..<1_000 {
            guard let old = words.randomElement(using: &generator), let new = words.randomElement(using: &generator)
            else { continue }
            expectAnswer(Array(FullProfile.text.replacing(old, with: new, maxReplacements: 2).utf8))
        }
    }

    @Test func randomBytesAreOneDiagnostic() {
        var generator = SplitMix(state: 17)
        for length in [1, 10, 1_000, 100_000, 2_000_000] {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0x80...0xFF, using: &generator) }
            let time = ProcessorTime.measure {
                #expect(ProfileLoader.load(bytes, fileName: "x").diagnostics.count == 1)
            }
            #expect(time < .seconds(1))
        }
    }

    @Test func manyBadReferencesAreQuick() {
        let subjects = (0..<8_000).map { "subject\($0): { users: [u] }" }.joined(separator: ", ")
        let rules = (0..<8_000).map { "r\($0): { from: sbject\($0), block: true }" }.joined(separator: ", ")
        let text = minimal("subjects: { \(subjects) }\nrules: { \(rules) }")
        let time = ProcessorTime.measure {
            #expect(load(text).diagnostics.count == 201)
        }
        #expect(time < .seconds(5), "\(time)")
    }

    private func mutate(_ bytes: inout [UInt8], _ alphabet: [UInt8], _ generator: inout SplitMix) {
        let place = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
        case 1: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
        default: bytes.remove(at: place)
        }
    }

    /// A profile or a reason; and everything that is said can be shown.
    private func expectAnswer(_ bytes: [UInt8]) {
        let result = ProfileLoader.load(bytes, fileName: "test.yaml")
        #expect(result.profile != nil || result.diagnostics.hasErrors, "\(String(decoding: bytes, as: UTF8.self))")
        #expect(result.profile == nil || !result.diagnostics.hasErrors)
        let shown = result.rendered.unicodeScalars
        #expect(shown.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
    }
}
