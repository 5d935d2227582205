internal import COpenSSL

/// A P-256 key pair, made at run time and thrown away with the process.
@safe package final class PrivateKey: @unchecked Sendable {
    // Owned: freed in deinit, never changed after init, and libcrypto permits concurrent reading (hence Sendable).
    let handle: OpaquePointer

    package init() {
        // EVP_EC_gen is a macro over a variadic function, which Swift does not see; the steps are spelled out.
        let context = unsafe Libcrypto.required(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil), "EVP_PKEY_CTX_new_id")
        // The context lives until the end of this scope; the key that it makes is ours.
        defer { unsafe EVP_PKEY_CTX_free(context) }
        Libcrypto.require(unsafe EVP_PKEY_keygen_init(context), "EVP_PKEY_keygen_init")
        Libcrypto.require(
            unsafe EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1), "choosing P-256")
        var key: OpaquePointer?
        Libcrypto.require(unsafe EVP_PKEY_keygen(context, &key), "EVP_PKEY_keygen")
        unsafe handle = unsafe Libcrypto.required(key, "EVP_PKEY_keygen")
    }

    // The only owner of the handle goes.
    deinit { unsafe EVP_PKEY_free(handle) }

    /// PKCS #8, unencrypted: for foreign servers that tests start with files.
    package var pem: String {
        // The BIO takes a copy of the text; the handle is alive while `self` is.
        let bytes = unsafe Libcrypto.collect { bio in
            unsafe PEM_write_bio_PrivateKey(bio, handle, nil, nil, 0, nil, nil)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
