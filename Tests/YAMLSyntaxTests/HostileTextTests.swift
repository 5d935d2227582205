import TestSupport
import Testing
import YAMLSyntax

/// No text makes the reader trap or dawdle, whatever it says.
@Suite struct HostileTextTests {
    @Test(arguments: [
        "a", "a: 1\n", "a,", "- a\n", "? a\n: b\n", "&a ", "*a ", "!a ", "'a' ", "\"a\" ", "| \n a\n", "> \n a\n",
        "# a\n",
        "---\n", "...\n", ": ", "?", "-", "]", "}", "@", "`", "\\", "\t", "\r", "\u{2028}", "{a,", "'", "\"\\u0041",
        "a\n ",
        "<<: ", "!<x> ", "a: |9\n", "\"\n", "- - a\n", "[a]: b\n", "!a!b ",
    ])
    func repetitionOfOneThing(unit: String) {
        let text = String(repeating: unit, count: YAMLReading.maximumBytes / unit.utf8.count)
        let time = ProcessorTime.measure {
            let reading = read(text)
            #expect(reading.root != nil || reading.problems.count == 1)
        }
        #expect(time < .seconds(2), "\(unit.debugDescription) took \(time)")
    }

    @Test func truncationAtEveryByte() {
        let text = Array(
            "a: &x [1, 'b', \"\\u00e4\"]\nb:\n  - { c: *x, ? d : |\n  }\n# é\nc: >-\n  text\n  more\n".utf8)
        for length in 0...text.count { expectSoundness(Array(text[..<length])) }
    }

    @Test func randomBytesAndRandomPunctuation() {
        var generator = SplitMix(state: 20_261_120)
        let alphabet = Array("ab:-?[]{},&*!|>'\"%@`# \n\n\t".utf8)
        for round in 0..<4_000 {
            let length = Int.random(in: 0..<120, using: &generator)
            let bytes = (0..<length).map { _ in
                round.isMultiple(of: 4)
                    ? UInt8.random(in: .min ... .max, using: &generator)
                    : alphabet.randomElement(using: &generator) ?? 0
            }
            expectSoundness(bytes)
        }
    }

    private func expectSoundness(_ bytes: [UInt8]) {
        let reading = YAMLReading(bytes)
        #expect(reading.root != nil || reading.problems.count == 1, "\(bytes)")
        #expect(reading.problems.allSatisfy { $0.range.lowerBound <= $0.range.upperBound })
    }
}
