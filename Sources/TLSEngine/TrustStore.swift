internal import COpenSSL

/// The certificate authorities that a chain may end at. Loaded once and shared by every context that trusts them.
///
/// Safe: owns one reference to an X509_STORE, freed in `deinit`; OpenSSL locks the store's contents itself.
@safe package final class TrustStore {
    /// Debian's hashed directory: certificates are read from it when a chain needs them, which makes opening it
    /// free, where reading the one-file bundle costs 15 ms and 0.9 MiB.
    package static let systemDirectory = "/etc/ssl/certs"
    /// An upstream's own authorities are a handful.
    package static let maximumCertificates = 1_000

    let handle: OpaquePointer

    /// The authorities of a directory hashed by c_rehash, looked up by name during each handshake.
    package init(directory: String = TrustStore.systemDirectory) {
        unsafe handle = TrustStore.makeStore()
        // Unsafe: the C string lives during the call; the store copies it.
        let loaded = unsafe X509_STORE_load_path(handle, directory)
        precondition(loaded == 1, "out of memory")
    }

    /// Exactly the certificates in `pem`. They are anchors whether or not they are roots: who names an intermediate
    /// or the server's own certificate means it.
    package init(pem: Span<UInt8>) throws(TLSConfigurationError) {
        unsafe handle = TrustStore.makeStore()
        ERR_clear_error()
        defer { ERR_clear_error() }
        try addCertificates(pem)
        let parameters = unsafe X509_STORE_get0_param(handle)
        unsafe X509_VERIFY_PARAM_set_flags(parameters, UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }

    deinit { unsafe X509_STORE_free(handle) }

    private static func makeStore() -> OpaquePointer {
        guard let store = unsafe X509_STORE_new() else { preconditionFailure("out of memory") }
        return unsafe store
    }

    private func addCertificates(_ pem: Span<UInt8>) throws(TLSConfigurationError) {
        // Unsafe: the BIO reads from the span's bytes and is freed before they are given back.
        let count = unsafe pem.withUnsafeBytes { bytes -> Int? in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { unsafe BIO_free(bio) }
            return unsafe addCertificates(from: bio)
        }
        guard let count else { throw .unreadableCertificate }
        guard count > 0 else { throw .noCertificate }
    }

    /// How many certificates were added; nil when one could not be read or there are too many.
    private func addCertificates(from bio: OpaquePointer) -> Int? {
        var count = 0
        while let certificate = unsafe PEM_read_bio_X509(bio, nil, nil, nil) {
            defer { unsafe X509_free(certificate) }
            count += 1
            let isAdded = unsafe X509_STORE_add_cert(handle, certificate) == 1
            guard isAdded, count <= TrustStore.maximumCertificates else { return nil }
        }
        // The end of the text is reported as a missing start line.
        let code = ERR_peek_last_error()
        let isEnd = ERR_get_library(code) == ERR_LIB_PEM && ERR_get_reason(code) == PEM_R_NO_START_LINE
        return isEnd ? count : nil
    }
}
