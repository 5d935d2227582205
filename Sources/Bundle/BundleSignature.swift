internal import ByteCodec
internal import CanonicalJSON
internal import Cryptography

/// A DSSE envelope (github.com/secure-systems-lab/dsse, protocol 1.0) with one Ed25519 signature over a bundle's
/// digest: `{"payload":BASE64,"payloadType":TYPE,"signatures":[{"keyid":HEX,"sig":BASE64}]}` in canonical JSON.
/// The payload is the digest as 64 hexadecimal digits; the key id is the SHA-256 of the raw public key.
struct BundleSignature: Equatable {
    static let payloadType = "application/vnd.enigm.bundle-digest"

    let digest: SHA256Digest
    let signer: SHA256Digest
    let signature: [UInt8]

    static func sign(_ digest: SHA256Digest, with key: borrowing Ed25519PrivateKey) -> BundleSignature {
        BundleSignature(
            digest: digest, signer: key.publicKey.identifier,
            signature: key.signature(for: preAuthenticationEncoding(of: digest).span))
    }

    func isValid(by key: Ed25519PublicKey) -> Bool {
        key.isValidSignature(signature.span, for: BundleSignature.preAuthenticationEncoding(of: digest).span)
    }

    func encoded() -> [UInt8] {
        CanonicalJSONWriter.bytes(of: [
            "payload": .string(Base64.encode(Array(digest.hexadecimal.utf8).span)),
            "payloadType": .string(BundleSignature.payloadType),
            "signatures": [
                ["keyid": .string(signer.hexadecimal), "sig": .string(Base64.encode(signature.span))]
            ],
        ])
    }

    /// Accepts what `encoded` gives and nothing else.
    static func read(_ envelope: Span<UInt8>) throws(BundleError) -> BundleSignature {
        guard let value = try? JSONReader.read(envelope, maximumBytes: Bundle.maximumSignatureBytes),
            let payload = value.object?["payload"]?.string.flatMap({ Base64.decode($0) }),
            let digest = SHA256Digest(hexadecimal: String(decoding: payload, as: UTF8.self)),
            let entry = value.object?["signatures"]?.array?.first?.object,
            let signer = entry["keyid"]?.string.flatMap({ SHA256Digest(hexadecimal: $0) }),
            let signature = entry["sig"]?.string.flatMap({ Base64.decode($0) })
        else { throw .signatureMalformed }
        let result = BundleSignature(digest: digest, signer: signer, signature: signature)
        let canonical = result.encoded()
        guard canonical.count == envelope.count, envelope.indices.allSatisfy({ envelope[$0] == canonical[$0] }) else {
            throw .signatureMalformed
        }
        return result
    }

    /// DSSE's PAE: type and payload, each behind its length, so that neither can be taken for the other.
    private static func preAuthenticationEncoding(of digest: SHA256Digest) -> [UInt8] {
        let payload = digest.hexadecimal
        return Array("DSSEv1 \(payloadType.utf8.count) \(payloadType) \(payload.utf8.count) \(payload)".utf8)
    }
}
