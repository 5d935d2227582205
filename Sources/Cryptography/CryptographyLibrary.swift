internal import COpenSSL

/// The library that does the work.
package enum CryptographyLibrary {
    /// To be called before anything else here by programs that take orders from nobody but their bundle, and want to start
    /// soon. The machine's openssl.cnf, or the one that the environment names, is then not read; and what its errors mean
    /// in words, a twentieth of a start and 100 KiB, is loaded when it is first asked for.
    package static func prepareForDaemon() {
        let options = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS
        // It fails only without memory, and then so does what comes after.
        _ = OPENSSL_init_crypto(UInt64(options), nil)
    }
}
