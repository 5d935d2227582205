internal import COpenSSL

/// The one owner of the context of a signature or its verification.
@safe struct DigestOperation: ~Copyable {
    // Invariant: allocated by libcrypto, ours alone, freed once.
    let handle: OpaquePointer

    init() {
        guard let handle = unsafe EVP_MD_CTX_new() else { preconditionFailure("out of memory") }
        unsafe self.handle = handle
    }

    deinit { unsafe EVP_MD_CTX_free(handle) }
}
