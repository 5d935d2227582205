internal import COpenSSL

/// An X.509 certificate.
@safe package final class Certificate: @unchecked Sendable {
    // Owned: freed in deinit, never changed after init, and libcrypto permits concurrent reading (hence Sendable).
    let handle: OpaquePointer

    /// Takes over the reference `handle`.
    @unsafe init(owning handle: OpaquePointer) { unsafe self.handle = unsafe handle }

    // The only owner of the handle goes.
    deinit { unsafe X509_free(handle) }

    package var pem: String {
        // The BIO takes a copy of the text; the handle is alive while `self` is.
        let bytes = unsafe Libcrypto.collect { bio in unsafe PEM_write_bio_X509(bio, handle) }
        return String(decoding: bytes, as: UTF8.self)
    }

    package var der: [UInt8] {
        unsafe Libcrypto.collect { bio in unsafe i2d_X509_bio(bio, handle) }
    }

    /// SHA-256 of the DER public key information: what a pin in a profile is (RFC 7858 section 4.2).
    package var publicKeyPin: [UInt8] {
        // X509_get_X509_PUBKEY answers a reference into the certificate, which is alive while `self` is.
        let information = unsafe Libcrypto.required(X509_get_X509_PUBKEY(handle), "X509_get_X509_PUBKEY")
        let digest = unsafe Libcrypto.collect { bio in
            unsafe ASN1_item_i2d_bio(X509_PUBKEY_it(), bio, UnsafeMutableRawPointer(information))
        }
        return Certificate.sha256(digest.span)
    }

    private static func sha256(_ bytes: Span<UInt8>) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { buffer, initialized in
            let status = unsafe bytes.withUnsafeBufferPointer { input in
                // The digest is exactly SHA256_DIGEST_LENGTH bytes long: the buffer's capacity.
                unsafe EVP_Digest(input.baseAddress, input.count, buffer.baseAddress, nil, EVP_sha256(), nil)
            }
            Libcrypto.require(status, "EVP_Digest")
            initialized = Int(SHA256_DIGEST_LENGTH)
        }
    }
}
