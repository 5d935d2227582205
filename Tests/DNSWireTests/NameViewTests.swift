import ByteCodec
import Testing

@testable import DNSWire

@Suite struct NameViewTests {
    /// Twelve bytes of header, then what the test gives.
    private static func message(_ digits: String) -> [UInt8] { [UInt8](repeating: 0, count: 12) + bytes(digits) }

    @Test(arguments: [
        ("00", 0, ".", 1, 0, 1),
        ("03777777 03636f6d 00", 0, "www.com.", 9, 2, 9),
        ("03636f6d 00 03777777 c00c", 5, "www.com.", 9, 2, 6),
        ("03636f6d 00 c00c c011", 7, "com.", 5, 1, 2),
        ("00 c00c", 1, ".", 1, 0, 2),
        ("01ff 022e5c 00", 0, "\\255.\\.\\\\.", 6, 2, 6),
        ("0220 09 00", 0, "\\032\\009.", 4, 1, 4),
    ])
    func names(_ digits: String, at: Int, text: String, length: Int, labels: Int, stored: Int) throws {
        let message = Self.message(digits)
        let view = try NameView(in: message.span, at: 12 + at)
        #expect(view.text == text)
        #expect(view.length == length)
        #expect(view.labelCount == labels)
        #expect(view.endOffset == 12 + at + stored)
        #expect(view.isCompressed == (stored != length))
        #expect(OwnedName(view).wire.count == length)
    }

    @Test(arguments: [
        ("c00c", 0, "a pointer to itself"),
        ("0161 c00c", 0, "a loop through a label"),
        ("0161 c010 0162 c00c", 0, "a forward pointer"),
        ("c00e c00c", 0, "a forward pointer to a pointer"),
        ("0161 c00c", 2, "a pointer to a label that leads back to it"),
        ("c000", 0, "a pointer into the header"),
        ("c00b", 0, "a pointer to the last byte of the header"),
        ("4061", 0, "a label type of 01"),
        ("8061", 0, "a label type of 10"),
        ("03616263", 0, "no root"),
        ("", 0, "nothing"),
        ("c0", 0, "half a pointer"),
        ("3f61", 0, "a label past the end"),
    ])
    func refused(_ digits: String, at: Int, why: String) {
        let message = Self.message(digits)
        #expect((try? NameView(in: message.span, at: 12 + at).length) == nil, "\(why)")
    }

    @Test func theLongestNameHas255Bytes() throws {
        let label = [UInt8(63)] + [UInt8](repeating: 0x61, count: 63)
        let longest = label + label + label + [61] + [UInt8](repeating: 0x62, count: 61) + [0]
        #expect(try NameView(in: longest.span, at: 0).length == 255)
        let tooLong = label + label + label + [62] + [UInt8](repeating: 0x62, count: 62) + [0]
        #expect((try? NameView(in: tooLong.span, at: 0).length) == nil)
    }

    @Test func theLengthCountsWhatPointersLeadTo() throws {
        let label = [UInt8(63)] + [UInt8](repeating: 0x61, count: 63)
        let header = [UInt8](repeating: 0, count: 12)
        let base = header + label + label + label + [0]
        let fits = base + [61] + [UInt8](repeating: 0x62, count: 61) + [0xC0, 12]
        #expect(try NameView(in: fits.span, at: base.count).length == 255)
        let tooLong = base + [62] + [UInt8](repeating: 0x62, count: 62) + [0xC0, 12]
        #expect((try? NameView(in: tooLong.span, at: base.count).length) == nil)
    }

    @Test func chainsOfPointersHaveALimit() throws {
        var message = [UInt8](repeating: 0, count: 13)
        for index in 0...NameView.maximumPointers {
            let target = index == 0 ? 12 : message.count - 2
            message.appendBigEndian(0xC000 | UInt16(target))
        }
        let last = message.count - 2
        #expect((try? NameView(in: message.span, at: last).length) == nil)
        #expect(try NameView(in: message.span, at: last - 2).length == 1)
    }

    @Test func equalityIgnoresCaseAndCompression() throws {
        let message = Self.message("03436f4d 00 03777777 c00c 03577757 03634f6d 00 03777778 c00c")
        let compressed = try NameView(in: message.span, at: 17)
        let plain = try NameView(in: message.span, at: compressed.endOffset)
        let other = try NameView(in: message.span, at: plain.endOffset)
        let (same, different, owned) = (compressed == plain, plain == other, plain == name("www.com"))
        #expect(same && !different && owned)
        let key = NameHashKey(3, 4)
        #expect(compressed.hash(key) == plain.hash(key))
        #expect(plain.hash(key) != other.hash(key))
        #expect(plain.hash(key) != plain.hash(NameHashKey(3, 5)))
    }

    @Test func onlyLettersFold() {
        for byte in UInt8.min...UInt8.max {
            let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            #expect(byte.caseFolded == (isUpper ? byte + 32 : byte))
            let word = UInt64(byte) &* 0x0101_0101_0101_0101
            #expect(word.caseFolded == UInt64(byte.caseFolded) &* 0x0101_0101_0101_0101)
        }
        #expect((0x5B5A_4140_DBDA_C1C0 as UInt64).caseFolded == 0x5B7A_6140_DBDA_C1C0)
    }

    /// The values are CPython's, whose bytes hash is SipHash-1-3 with a zero key.
    @Test(
        arguments: [
            ("00", 0x68A9_1412_8E01_E473), ("07 6578616d706c65 00", 0xF87D_DB00_AA5B_C7E3),
            ("03777777 07 6578616d706c65 03636f6d 00", 0x8F79_53D3_BCAA_D838),
            ("0b 6bc3a92d61626331323334 0474657374 00", 0x92EB_26F4_0857_C437),
        ] as [(String, UInt64)])
    func hashIsSipHash13(_ digits: String, expected: UInt64) throws {
        let wire = bytes(digits)
        #expect(try NameView(in: wire.span, at: 0).hash(NameHashKey(0, 0)) == expected)
    }

    @Test(arguments: [
        ("lab.example", "Lab.Example", true), ("a.b.LAB.example", "Lab.Example", true), ("a.lab", ".", true),
        (".", ".", true), ("example", "Lab.Example", false), ("xlab.example", "Lab.Example", false),
        ("a.lab.example.org", "Lab.Example", false), ("lab\\.example", "example", false),
    ])
    func subdomains(_ text: String, of ancestor: String, expected: Bool) {
        let (name, ancestor) = (name(text), name(ancestor))
        #expect(name.view.isSubdomain(of: ancestor.view) == expected)
    }
}
