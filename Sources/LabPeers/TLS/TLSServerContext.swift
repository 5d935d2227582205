internal import COpenSSL

/// What all TLS sessions of one server share: its identity, its limits, and the keys of its session tickets.
/// A new context knows none of an older one's tickets, as a restarted server does not.
@safe package final class TLSServerContext: @unchecked Sendable {
    // Owned: freed in deinit; each session keeps this object alive. Not changed after init, and libssl permits sessions
    // of one context on several threads (hence Sendable).
    let handle: OpaquePointer
    // The ALPN callback's argument: kept alive here, and each session keeps this object alive.
    private let offers: ApplicationProtocols

    package init(_ configuration: TLSServerConfiguration) {
        unsafe handle = unsafe Libcrypto.required(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new")
        offers = ApplicationProtocols(configuration.applicationProtocols)
        install(configuration.identity)
        install(configuration)
    }

    // The only owner of the handle goes.
    deinit { unsafe SSL_CTX_free(handle) }

    private func install(_ identity: ServerIdentity) {
        // Each call takes a reference or a copy of what it is given.
        Libcrypto.require(
            unsafe SSL_CTX_use_certificate(handle, identity.certificate.handle), "SSL_CTX_use_certificate")
        Libcrypto.require(unsafe SSL_CTX_use_PrivateKey(handle, identity.key.handle), "SSL_CTX_use_PrivateKey")
        for intermediate in identity.intermediates {
            let status = unsafe SSL_CTX_ctrl(
                handle, SSL_CTRL_CHAIN_CERT, 1, UnsafeMutableRawPointer(intermediate.handle))
            precondition(status == 1, "adding an intermediate certificate failed")
        }
    }

    /// SSL_OP_NO_TICKET, a macro that Swift does not see.
    private static let noTicketOption: UInt64 = 1 << 14

    private func install(_ configuration: TLSServerConfiguration) {
        // Plain values into a context that is alive.
        let minimum = unsafe SSL_CTX_ctrl(
            handle, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(configuration.minimumVersion.rawValue), nil)
        let maximum = unsafe SSL_CTX_ctrl(
            handle, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(configuration.maximumVersion.rawValue), nil)
        precondition(minimum == 1 && maximum == 1, "libssl does not know the protocol version")
        // Protocols before TLS 1.2 need signatures that security level 1 forbids; a test of refusal offers them.
        if configuration.minimumVersion < .tls12 { unsafe SSL_CTX_set_security_level(handle, 0) }
        if !configuration.issuesTickets {
            unsafe SSL_CTX_set_options(handle, TLSServerContext.noTicketOption)
            Libcrypto.require(unsafe SSL_CTX_set_num_tickets(handle, 0), "SSL_CTX_set_num_tickets")
            unsafe SSL_CTX_ctrl(handle, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF), nil)
        }
        let argument = unsafe Unmanaged.passUnretained(offers).toOpaque()
        // `offers` lives as long as this object, which every session of the context keeps alive.
        unsafe SSL_CTX_set_alpn_select_cb(handle, ApplicationProtocols.select, argument)
    }
}

/// The protocol names that a server accepts, in the wire form of RFC 7301.
private final class ApplicationProtocols: Sendable {
    private let wire: [UInt8]

    init(_ names: [String]) { wire = names.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } }

    /// libssl's callback: the first of the server's protocols that the client offers; without one the handshake
    /// ends with no_application_protocol, unless the server has no protocols at all and does not care.
    static let select:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, UnsafeMutablePointer<UInt8>?,
            UnsafePointer<UInt8>?, UInt32, UnsafeMutableRawPointer?
        ) -> Int32 = { _, output, outputCount, input, inputCount, argument in
            // The argument is the object that the context keeps alive; see TLSServerContext.
            guard let argument = unsafe argument, let output = unsafe output else { return SSL_TLSEXT_ERR_NOACK }
            let offers = unsafe Unmanaged<ApplicationProtocols>.fromOpaque(argument).takeUnretainedValue()
            guard !offers.wire.isEmpty else { return SSL_TLSEXT_ERR_NOACK }
            return unsafe offers.wire.withUnsafeBufferPointer { own in
                var chosen: UnsafeMutablePointer<UInt8>?
                // The choice points into `own` or `input`. Pointing into `input` is what libssl wants, and what
                // SSL_select_next_proto answers when the client's list is given as its second.
                let status = unsafe SSL_select_next_proto(
                    &chosen, outputCount, own.baseAddress, UInt32(own.count), input, inputCount)
                guard status == OPENSSL_NPN_NEGOTIATED else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                unsafe output.pointee = unsafe UnsafePointer(chosen)
                return SSL_TLSEXT_ERR_OK
            }
        }
}
