internal import COpenSSL

/// What a server gave for resuming a session (RFC 8446 section 4.6.1, RFC 5077).
///
/// Safe: owns one reference to an SSL_SESSION, freed in `deinit`.
@safe final class SessionTicket {
    let handle: OpaquePointer

    /// Takes over the reference.
    init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe SSL_SESSION_free(handle) }

    /// Tickets of TLS 1.3 are for one use: a second would let an observer link the connections (RFC 8446 C.4).
    var isSingleUse: Bool { unsafe SSL_SESSION_get_protocol_version(handle) >= TLS1_3_VERSION }

    /// Whether the certificate that the session was made with is within its dates at `time` (Unix seconds).
    func isCertificateValid(at time: Int64) -> Bool {
        // Unsafe: the certificate belongs to the session and is only looked at.
        guard let certificate = unsafe SSL_SESSION_get0_peer(handle) else { return false }
        let start = unsafe ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate), Int(time))
        let end = unsafe ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate), Int(time))
        // -1 before `time`, 0 at it, 1 after it, -2 unreadable. In its last second a certificate is expired, as libcrypto
        // judges it everywhere.
        return (start == -1 || start == 0) && end == 1
    }
}
