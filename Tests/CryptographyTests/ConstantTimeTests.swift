import Cryptography
import Testing

@Suite struct ConstantTimeTests {
    @Test func comparesEveryByte() {
        let bytes = SecureRandom.bytes(64)
        #expect(areEqual(bytes, bytes))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(!areEqual(bytes, changed))
        }
        #expect(!areEqual(bytes, bytes.dropLast()))
        #expect(areEqual([UInt8](), [UInt8]()))
    }

    private func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { ConstantTime.areEqual(left.span, right.span) }
}
