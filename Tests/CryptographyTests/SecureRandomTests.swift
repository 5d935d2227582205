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
