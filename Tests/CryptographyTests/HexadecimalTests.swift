import Cryptography
import Testing

@Suite struct HexadecimalTests {
    @Test func everyByteReadsBack() {
        let bytes = (0..<256).map { UInt8($0) }
        let hexadecimal = Hexadecimal.encode(bytes.span)
        #expect(Hexadecimal.decode(hexadecimal) == bytes)
    }

    @Test func hexadecimalIsLowerCaseAndWhole() {
        let bytes: [UInt8] = [0x00, 0x0F, 0xA5, 0xFF]
        let text = Hexadecimal.encode(bytes.span)
        #expect(text == "000fa5ff")
        for text in ["0", "0G", "AB", "0x", " 0"] { #expect(Hexadecimal.decode(text) == nil, "\(text)") }
    }
}
