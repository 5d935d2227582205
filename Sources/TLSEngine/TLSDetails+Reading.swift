internal import COpenSSL

extension TLSDetails {
    /// What a completed handshake agreed on. Unsafe because `ssl` has to be an SSL that lives during the call.
    @unsafe init?(of ssl: OpaquePointer) {
        // Unsafe: everything that libssl answers belongs to `ssl` or to the program, and is copied at once.
        guard let version = unsafe TLSVersion(rawValue: UInt16(truncatingIfNeeded: SSL_version(ssl))),
            let certificate = unsafe SSL_get0_peer_certificate(ssl),
            let key = unsafe peerKeyDigest(of: certificate)
        else { return nil }
        self.version = version
        cipher = unsafe SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)).map { unsafe String(cString: $0) } ?? ""
        let groupNumber = Int32(truncatingIfNeeded: unsafe ssl_get_negotiated_group(ssl))
        group = unsafe SSL_group_to_name(ssl, groupNumber).map { unsafe String(cString: $0) } ?? ""
        applicationProtocol = unsafe TLSDetails.applicationProtocol(of: ssl)
        isResumed = unsafe SSL_session_reused(ssl) == 1
        peerKey = key
    }

    private static func applicationProtocol(of ssl: OpaquePointer) -> String {
        var name: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &name, &length)
        return unsafe String(decoding: UnsafeBufferPointer(start: name, count: Int(length)), as: UTF8.self)
    }
}
