import CanonicalJSON
import Testing

@Suite struct CanonicalJSONWriterTests {
    /// The example of RFC 8785 section 3.2.2 and its canonical form of section 3.2.3.
    @Test func writesTheExampleOfTheSpecification() throws {
        let input = #"""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """#
        let expected =
            #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
            + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        #expect(CanonicalJSONWriter.text(of: try read(input)) == expected)
    }

    /// The sorting example of RFC 8785 section 3.2.3: the emoji's lead surrogate sorts before U+FB33.
    @Test func sortsKeysByUTF16CodeUnit() throws {
        let input = #"""
            {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
             "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small O"}
            """#
        let object = try #require(try read(input).object)
        #expect(object.keys == ["\r", "1", "\u{80}", "\u{F6}", "\u{20AC}", "\u{1F600}", "\u{FB33}"])
        for key in object.keys { #expect(object[key] != nil) }
    }

    /// Members, arrays and values piece by piece give what the value as a whole gives.
    @Test func piecesAreTheWhole() {
        var writer = CanonicalJSONWriter()
        writer.object { writer in
            writer.key("a")
            writer.array { writer in
                for number in [1, 2] as [Int64] {
                    writer.object {
                        $0.key("b")
                        $0.write(.integer(number))
                    }
                }
            }
            writer.key("aa")
            writer.array { _ in }
            writer.key("b")
            writer.object { _ in }
            writer.key("c")
            writer.array { writer in
                writer.write("x\ny")
                writer.write(hexadecimal: 0x1A0F, digits: 6)
                writer.write(hexadecimal: 0, digits: 0)
                writer.write(hexadecimal: .max - 15, digits: 32)
                writer.write(hexadecimal: 0xABC << 64 | 0x1, digits: 19)
            }
        }
        let whole: JSONValue = [
            "c": ["x\ny", "001a0f", "", "fffffffffffffffffffffffffffffff0", "abc0000000000000001"], "aa": [], "b": [:],
            "a": [["b": 1], ["b": 2]],
        ]
        #expect(writer.bytes == CanonicalJSONWriter.bytes(of: whole))
    }

    /// RFC 8785 appendix B, and the corners of each layout.
    @Test(
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
            (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
            (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
            (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
            (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
            (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
            (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
            (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
            (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
        ] as [(UInt64, String)])
    func writesNumbersAsECMAScriptDoes(bits: UInt64, text: String) throws {
        let value = JSONValue.double(Double(bitPattern: bits))
        #expect(CanonicalJSONWriter.text(of: value) == text)
        if !text.contains("e"), !text.contains("."), text.count > 16 { return }
        #expect(try read(text) == value)
    }

    @Test func randomDoublesReadBack() throws {
        var generator = SplitMix64(state: 0x5EED)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            let text = CanonicalJSONWriter.text(of: .double(value))
            #expect(Double(text) == value, "\(text)")
            #expect(!text.hasSuffix(".0") && !text.hasPrefix("."), "\(text)")
        }
    }

    @Test func escapesOnlyWhatItMust() {
        let all = String(String.UnicodeScalarView((0..<0x20).map { Unicode.Scalar(UInt8($0)) })) + "\"\\/\u{7F}\u{2028}"
        #expect(
            CanonicalJSONWriter.text(of: .string(all))
                == #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
                + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"#
                + "\\\"\\\\/\u{7F}\u{2028}\"")
    }
}

/// A small seeded generator, so that a failure repeats.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
