internal import COpenSSL

/// SHA-256 (FIPS 180-4) over bytes that come in pieces. Owns libcrypto's context and frees it.
@safe package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    package static func digest(of bytes: Span<UInt8>) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    package init() {
        // Invariant: the context is ours alone until deinit. Both calls fail only without memory or without SHA-256
        // in libcrypto, where going on would mean unchecked bytes.
        guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto cannot compute SHA-256")
        }
        unsafe self.context = context
    }

    package mutating func update(_ bytes: Span<UInt8>) {
        // Invariant: libcrypto reads exactly the span's bytes, which are borrowed for the call.
        let result = unsafe bytes.withUnsafeBufferPointer { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(result == 1, "SHA-256 failed inside libcrypto")
    }

    package consuming func finish() -> SHA256Digest {
        var bytes = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
        // Invariant: SHA-256 writes exactly 32 bytes, which is the array's size.
        let result = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil)
        }
        guard result == 1, let digest = SHA256Digest(bytes) else {
            preconditionFailure("SHA-256 failed inside libcrypto")
        }
        return digest
    }

    deinit { unsafe EVP_MD_CTX_free(context) }
}
