import Cryptography
import Testing

@Suite struct SecureRandomTests {
    @Test func givesAsManyBytesAsAsked() {
        for count in [0, 1, 16, 4096] { #expect(SecureRandom.bytes(count).count == count) }
    }

    /// Two equal draws of 256 bits do not happen; neither does a byte value missing in 64 KiB.
    @Test func doesNotRepeatItself() {
        #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
        #expect(Set(SecureRandom.bytes(65_536)).count == 256)
        var generator = SecureRandom()
        #expect(generator.next() != generator.next())
    }
}

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
