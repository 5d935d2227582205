internal import COpenSSL

/// The library that does the work.
package enum CryptographyLibrary {
    /// To be called before anything else here by programs that take orders from nobody but their bundle: the machine's
    /// openssl.cnf, or the one that the environment names, is then not read.
    package static func refuseConfiguration() {
        // It fails only without memory, and then so does what comes after.
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG), nil)
    }
}
