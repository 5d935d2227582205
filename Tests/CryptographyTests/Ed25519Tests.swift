import Cryptography
import Testing

@Suite struct Ed25519Tests {
    /// RFC 8032 section 7.1, tests 1 to 3: seed, public key, message, signature.
    @Test(arguments: [
        [
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b",
        ],
        [
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00",
        ],
        [
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a",
        ],
    ])
    func knownAnswers(vector: [String]) throws {
        let parts = try vector.map { try #require(Hexadecimal.decode($0)) }
        guard let key = Ed25519PrivateKey(parts[0]) else {
            Issue.record("the seed is refused")
            return
        }
        let publicKey = key.publicKey
        #expect(publicKey.bytes == parts[1])
        let message = parts[2]
        let signature = key.signature(for: message.span)
        #expect(signature == parts[3])
        #expect(isValid(signature, message, by: publicKey))
    }

    @Test func everyChangedBitOfASignatureIsRefused() {
        let key = Ed25519PrivateKey.generate()
        let publicKey = key.publicKey
        let message = Array("canonical".utf8)
        let signature = key.signature(for: message.span)
        for index in signature.indices {
            for bit in 0..<8 {
                var changed = signature
                changed[index] ^= 1 << UInt8(bit)
                #expect(!isValid(changed, message, by: publicKey), "byte \(index), bit \(bit)")
            }
        }
        #expect(!isValid(signature, Array("Canonical".utf8), by: publicKey))
        #expect(!isValid(signature.dropLast(), message, by: publicKey))
        let stranger = Ed25519PrivateKey.generate().publicKey
        #expect(!isValid(signature, message, by: stranger))
    }

    @Test func keysReadBackFromPEM() throws {
        let key = Ed25519PrivateKey.generate()
        let publicKey = key.publicKey
        #expect(try Ed25519PublicKey(pem: Array(publicKey.pem.utf8).span) == publicKey)
        let again = try Ed25519PrivateKey(pem: Array(key.pem.utf8).span)
        let readBack = again.publicKey
        #expect(readBack == publicKey)
        let message: [UInt8] = [1]
        let signature = again.signature(for: message.span)
        #expect(isValid(signature, message, by: publicKey))
    }

    @Test func refusesWhatIsNoKeyOfOurs() {
        let key = Ed25519PrivateKey.generate()
        let publicKey = key.publicKey
        // A P-256 key: made once by `openssl ecparam -genkey`, of no worth.
        let foreign = """
            -----BEGIN PUBLIC KEY-----
            MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7b1M0Y3sfgtYFPts4sE3R/SO1uVs
            ngzNDMf2xQFBlpVJVsacyCH5l719oEqiTETG/wehxek5d7bg0asZbS5jbA==
            -----END PUBLIC KEY-----

            """
        #expect(throws: KeyError.notEd25519) { try Ed25519PublicKey(pem: Array(foreign.utf8).span) }
        #expect(throws: KeyError.notAPublicKey) { try Ed25519PublicKey(pem: Array(key.pem.utf8).span) }
        #expect(throws: KeyError.notAPublicKey) { try Ed25519PublicKey(pem: [UInt8]().span) }
        #expect(throws: KeyError.notAPublicKey) {
            try Ed25519PublicKey(pem: [UInt8](repeating: 0x2D, count: 1 << 20).span)
        }
        var wrong: KeyError?
        do { _ = try Ed25519PrivateKey(pem: Array(publicKey.pem.utf8).span) } catch { wrong = error }
        #expect(wrong == .notAPrivateKey)
        #expect(Ed25519PublicKey([1, 2, 3]) == nil)
    }

    @Test func everyTruncatedPEMIsRefused() {
        let whole = Array(Ed25519PrivateKey.generate().publicKey.pem.utf8)
        // The last line break is not needed.
        for count in 0..<whole.count - 1 {
            let part = Array(whole[..<count])
            #expect(throws: KeyError.self, "\(count)") { try Ed25519PublicKey(pem: part.span) }
        }
    }

    /// A function of arrays: `#expect` cannot take spans apart.
    private func isValid(_ signature: [UInt8], _ message: [UInt8], by key: Ed25519PublicKey) -> Bool {
        key.isValidSignature(signature.span, for: message.span)
    }
}
