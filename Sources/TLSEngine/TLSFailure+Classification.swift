internal import COpenSSL

extension TLSFailure {
    /// What libssl's error queue and the verification's result say; the queue is empty afterwards.
    /// Unsafe because `ssl` has to be an SSL that lives during the call.
    @unsafe static func takeFromErrorQueue(of ssl: OpaquePointer, isEstablished: Bool) -> TLSFailure {
        defer { ERR_clear_error() }
        // The first entry is the cause; later ones say where it passed.
        let code = ERR_peek_error()
        guard code != 0 else { return .internal("no reason given") }
        guard ERR_get_library(code) == ERR_LIB_SSL else { return .internal(ErrorText.of(code)) }
        let reason = ERR_get_reason(code)
        switch reason {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            return unsafe fromVerification(SSL_get_verify_result(ssl))
        case SSL_R_UNEXPECTED_EOF_WHILE_READING:
            return .unexpectedEOF
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_VERSION_TOO_LOW:
            return .protocolVersion
        case SSL_R_WRONG_VERSION_NUMBER where !isEstablished, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST:
            return .notTLS
        case let reason where reason >= SSL_AD_REASON_OFFSET:
            return fromAlert(TLSAlert(rawValue: UInt8(truncatingIfNeeded: reason - SSL_AD_REASON_OFFSET)))
        default:
            return .protocolViolation(ErrorText.of(code))
        }
    }

    private static func fromAlert(_ alert: TLSAlert) -> TLSFailure {
        alert == .protocolVersion ? .protocolVersion : .alert(alert)
    }

    private static func fromVerification(_ result: Int) -> TLSFailure {
        switch Int32(truncatingIfNeeded: result) {
        case X509_V_ERR_CERT_HAS_EXPIRED: .certificateExpired
        case X509_V_ERR_CERT_NOT_YET_VALID: .certificateNotYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .certificateNameMismatch
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: .certificateSelfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
            X509_V_ERR_CERT_UNTRUSTED:
            .certificateUntrusted
        case X509_V_ERR_APPLICATION_VERIFICATION: .pinMismatch
        default: .certificateInvalid(words(forVerification: result))
        }
    }

    // Unsafe: libcrypto answers C strings that live as long as the program.
    private static func words(forVerification result: Int) -> String {
        unsafe X509_verify_cert_error_string(result).map { unsafe String(cString: $0) } ?? "error \(result)"
    }
}
