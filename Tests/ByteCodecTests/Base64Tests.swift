import ByteCodec
import Testing

@Suite struct Base64Tests {
    /// RFC 4648 section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func knownAnswers(plain: String, text: String) {
        let encoded = Base64.encode(Array(plain.utf8).span)
        #expect(encoded == text)
        #expect(Base64.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "=", "====", "Z===", "Zg =", "Zm9v\n", "Zm-v", "Zm_v", "Zé==",
        "Zm=v",
    ])
    func refusesEveryOtherSpelling(text: String) { #expect(Base64.decode(text) == nil) }

    @Test func everyByteReadsBack() {
        for count in 0..<260 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
            let base64 = Base64.encode(bytes.span)
            #expect(Base64.decode(base64) == bytes)
        }
    }
}
