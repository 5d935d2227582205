internal import COpenSSL

/// X.509 certificates in PEM form, looked at no further than whether they are there and whole.
package enum CertificateText {
    /// The system's store of some 150 certificates has 0.2 MiB.
    package static let maximumBytes = 1 << 20

    /// How many certificates there are; nil when one of them cannot be read, or the text is too large.
    package static func count(inPEM pem: Span<UInt8>) -> Int? {
        guard let memory = MemoryBIO.reading(pem, limit: maximumBytes) else { return nil }
        defer { ERR_clear_error() }
        var count = 0
        // Invariant: each certificate comes with one reference, given back at once.
        while let certificate = unsafe PEM_read_bio_X509(memory.handle, nil, nil, nil) {
            unsafe X509_free(certificate)
            count += 1
        }
        // The end of the text reads as "no start line"; any other error is a certificate that is damaged.
        let error = ERR_peek_last_error()
        return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE ? count : nil
    }
}
