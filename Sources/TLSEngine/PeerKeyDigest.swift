internal import COpenSSL
internal import Cryptography

/// SHA-256 of a certificate's SubjectPublicKeyInfo in DER (RFC 7858 section 4.2); nil when libcrypto cannot
/// encode the key. Unsafe because `certificate` has to be an X509 that lives during the call.
@unsafe func peerKeyDigest(of certificate: OpaquePointer) -> SHA256Digest? {
    let publicKey = unsafe X509_get_X509_PUBKEY(certificate)
    var encoded: UnsafeMutablePointer<UInt8>?
    let length = unsafe i2d_X509_PUBKEY(publicKey, &encoded)
    // Unsafe: on success libcrypto has allocated `length` bytes, which are ours to free.
    guard length > 0, let encoded = unsafe encoded else { return nil }
    defer { unsafe CRYPTO_free(encoded, nil, 0) }
    var digest = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
    let isDone = unsafe digest.withUnsafeMutableBufferPointer { buffer in
        unsafe EVP_Digest(encoded, Int(length), buffer.baseAddress, nil, EVP_sha256(), nil)
    }
    return isDone == 1 ? SHA256Digest(digest) : nil
}
