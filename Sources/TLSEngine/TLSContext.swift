internal import COpenSSL
internal import Cryptography
internal import NetworkTypes

/// What all connections to one upstream share: who it must be, what is offered, and the tickets it gave.
///
/// One worker owns a context and its sessions. Safe: owns one SSL_CTX, freed in `deinit`; sessions keep the
/// context alive for as long as libssl may call back into it.
@safe package final class TLSContext {
    /// A chain of more bytes is no server's (libssl's own limit, named here because it bounds a handshake).
    static let maximumCertificateChainBytes = 100 * 1024
    /// Forward secrecy and authenticated encryption only (RFC 9325 section 4.2); TLS 1.3 has nothing else.
    private static let cipherList12 = "ECDHE+AESGCM:ECDHE+CHACHA20"
    /// In order of preference; those that the installed libssl has are offered. The first is post-quantum, from libssl 3.5 on.
    static let groups = ["X25519MLKEM768", "X25519", "P-256", "P-384"]
    /// The same in the words of libssl 3.5: a share is sent for the marked ones, so that a server that does not have the
    /// first costs no round trip. Earlier ones know no marks, and send a share for the first that they have.
    private static let markedGroups = "*X25519MLKEM768:*X25519:P-256:P-384"

    /// What is offered by ALPN.
    package enum ApplicationProtocol: String, Sendable {
        /// DNS over TLS (RFC 7858).
        case dot
        case http2 = "h2"
    }

    package let serverName: String
    package let authentication: ServerAuthentication
    let handle: OpaquePointer
    /// Nil for an address: RFC 6066 section 3 permits only names.
    let serverNameIndication: String?
    var tickets = TicketStore<SessionTicket>()

    /// `serverName` is the host name or the address that the certificate must be for, and for names what is sent
    /// as SNI.
    package init(
        serverName: String, authentication: ServerAuthentication, applicationProtocol: ApplicationProtocol = .dot
    ) throws(TLSConfigurationError) {
        if let pins = authentication.pins, pins.isEmpty { throw .noPins }
        let address = IPAddress(serverName)
        guard address != nil || TLSContext.isHostName(serverName) else { throw .invalidServerName(serverName) }
        guard let handle = unsafe SSL_CTX_new(TLS_client_method()) else { throw .unsupported("TLS") }
        unsafe self.handle = handle
        self.serverName = serverName
        self.authentication = authentication
        serverNameIndication = address == nil ? serverName : nil
        try configureProtocol(applicationProtocol)
        configureSessions()
        try configureVerification(isAddress: address != nil)
    }

    deinit { unsafe SSL_CTX_free(handle) }

    /// As of when certificates are judged: by the clock, and where pins prove who the server is not before `floor`. With
    /// pins a key is known, and dates guard against one that was given up; without them they are part of who it is, and
    /// a clock that is behind is never helped.
    package func verificationTime(clock: Int64, floor: Int64) -> Int64 {
        authentication.pins == nil ? clock : max(clock, floor)
    }

    /// Whether a handshake that succeeds says that a certificate was valid at the time of verification.
    package var judgesDates: Bool { authentication.trustStore != nil }

    /// How many tickets are kept.
    package var ticketCount: Int { tickets.count }

    /// Forgets the tickets, as after a change of network.
    package func forgetTickets() { tickets.removeAll() }

    // MARK: - Configuration

    private static func isHostName(_ name: String) -> Bool {
        let isPermitted = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
            default: false
            }
        }
        return isPermitted && !name.isEmpty && name.utf8.count <= 253 && !name.hasPrefix(".") && !name.hasSuffix(".")
    }

    private func configureProtocol(_ applicationProtocol: ApplicationProtocol) throws(TLSConfigurationError) {
        defer { ERR_clear_error() }
        guard unsafe ssl_ctx_set_min_proto_version(handle, Int32(TLS1_2_VERSION)) == 1 else {
            throw .unsupported("TLS 1.2")
        }
        guard unsafe SSL_CTX_set_cipher_list(handle, TLSContext.cipherList12) == 1 else {
            throw .unsupported("ECDHE with AEAD ciphers")
        }
        guard offer(TLSContext.markedGroups) || offer(known(TLSContext.groups).joined(separator: ":")) else {
            throw .unsupported("any of the groups \(TLSContext.groups.joined(separator: ", "))")
        }
        // RFC 7301: each name with its length before it.
        let name = Array(applicationProtocol.rawValue.utf8)
        let names = [UInt8(name.count)] + name
        // Unsafe: the names are copied during the call. Alone in libssl, 0 means success here.
        let isRefused = unsafe SSL_CTX_set_alpn_protos(handle, names, UInt32(names.count)) != 0
        if isRefused { throw .unsupported("ALPN") }
    }

    /// Those of `groups` that the installed libssl has: it refuses a list with any other.
    func known(_ groups: [String]) -> [String] { groups.filter(offer) }

    private func offer(_ groups: String) -> Bool {
        defer { ERR_clear_error() }
        return unsafe ssl_ctx_set1_groups_list(handle, groups) == 1
    }

    private func configureSessions() {
        unsafe ssl_ctx_refuse_compression_and_renegotiation(handle)
        // Not SSL_MODE_RELEASE_BUFFERS: it trades 34 KiB of an idle connection for two allocations per flush.
        _ = unsafe ssl_ctx_set_mode(handle, Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY))
        // One call to the channel fetches several records.
        _ = unsafe ssl_ctx_set_read_ahead(handle, 1)
        _ = unsafe ssl_ctx_set_max_cert_list(handle, TLSContext.maximumCertificateChainBytes)
        _ = unsafe ssl_ctx_set_session_cache_mode(handle, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
        unsafe SSL_CTX_sess_set_new_cb(handle, receiveTicket)
    }

    private func configureVerification(isAddress: Bool) throws(TLSConfigurationError) {
        unsafe SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nil)
        // Unsafe: unretained, because every session that can call back holds this context.
        unsafe SSL_CTX_set_cert_verify_callback(handle, verifyPeer, Unmanaged.passUnretained(self).toOpaque())
        if let store = authentication.trustStore { unsafe SSL_CTX_set1_cert_store(handle, store.handle) }
        let parameters = unsafe SSL_CTX_get0_param(handle)
        unsafe X509_VERIFY_PARAM_set_hostflags(
            parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
        let isSet =
            isAddress
            ? unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, serverName)
            : unsafe X509_VERIFY_PARAM_set1_host(parameters, serverName, serverName.utf8.count)
        guard isSet == 1 else { throw .invalidServerName(serverName) }
    }
}

/// Takes a ticket that the server gave to the channel of its connection.
private func receiveTicket(_ ssl: OpaquePointer?, _ session: OpaquePointer?) -> Int32 {
    // Unsafe: the application data of an SSL is its session's channel, which outlives it. The copy is ours: libssl
    // marks the original unusable when the stream ends without close_notify, which servers do every day.
    guard let data = unsafe ssl_get_app_data(ssl), let session = unsafe session,
        let copy = unsafe SSL_SESSION_dup(session)
    else { return 0 }
    let channel = unsafe Unmanaged<CiphertextChannel>.fromOpaque(data).takeUnretainedValue()
    unsafe channel.keep(SessionTicket(copy))
    return 0
}
