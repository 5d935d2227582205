import Cryptography
import Testing

@Suite struct SHA256Tests {
    /// FIPS 180-4 example vectors.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func knownAnswers(message: String, digest: String) {
        let found = SHA256.digest(of: Array(message.utf8).span)
        #expect(found.hexadecimal == digest)
    }

    @Test func aMillionLettersInUnevenPieces() {
        var hash = SHA256()
        var left = 1_000_000
        var size = 1
        while left > 0 {
            let count = min(size, left)
            hash.update([UInt8](repeating: UInt8(ascii: "a"), count: count).span)
            left -= count
            size = size * 3 % 4099 + 1
        }
        let digest = hash.finish()
        #expect(digest.hexadecimal == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func digestsHaveOneText() throws {
        let digest = SHA256.digest(of: Array("x".utf8).span)
        #expect(SHA256Digest(hexadecimal: digest.hexadecimal) == digest)
        #expect(SHA256Digest(hexadecimal: digest.hexadecimal.uppercased()) == nil)
        #expect(SHA256Digest(hexadecimal: String(digest.hexadecimal.dropLast())) == nil)
        #expect(SHA256Digest(hexadecimal: String(digest.hexadecimal.dropLast(2))) == nil)
        #expect(SHA256Digest([UInt8](repeating: 0, count: 31)) == nil)
    }
}
