import COpenSSL
import LabPeers

/// A plain libssl client in memory: the yardstick that the lab's server role is held against.
final class TLSTestClient {
    private(set) var isConnected = false
    /// X509_V_OK, or the reason why the server's chain was refused.
    private(set) var verifyResult = 0
    private(set) var hasFailed = false
    var received: [UInt8] = []
    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer

    init(
        trusting root: Certificate, name: String, protocols: [String] = ["dot"],
        resuming session: TLSTestSession? = nil,
        maximumVersion: TLSVersion = .tls13, verifyTime: Int? = nil
    ) {
        context = SSL_CTX_new(TLS_client_method())
        SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(maximumVersion.rawValue), nil)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        TLSTestClient.trust(root, in: context)
        ssl = SSL_new(context)
        incoming = BIO_new(BIO_s_mem())
        outgoing = BIO_new(BIO_s_mem())
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_connect_state(ssl)
        SSL_set1_host(ssl, name)
        var serverName = Array(name.utf8CString)
        SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &serverName)
        let wire = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !wire.isEmpty { SSL_set_alpn_protos(ssl, wire, UInt32(wire.count)) }
        if let verifyTime { X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl), verifyTime) }
        if let session { SSL_set_session(ssl, session.handle) }
        advance()
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    /// Passes bytes to and fro, `step` at a time, until both ends are silent.
    func exchange(with server: inout TLSServerSession, step: Int = .max) {
        while true {
            let toServer = drain()
            for piece in pieces(of: toServer, step) { server.receive(piece.span) }
            let toClient = server.drainOutput()
            for piece in pieces(of: toClient, step) { receive(piece) }
            if toServer.isEmpty && toClient.isEmpty { return }
        }
    }

    func send(_ bytes: [UInt8]) { SSL_write(ssl, bytes, Int32(bytes.count)) }

    var hasHeardCloseNotify: Bool { SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN != 0 }

    func close() { SSL_shutdown(ssl) }

    var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    /// What a later client may come back with.
    var session: TLSTestSession { TLSTestSession(handle: SSL_get1_session(ssl)) }

    func receive(_ bytes: [UInt8]) {
        BIO_write(incoming, bytes, Int32(bytes.count))
        advance()
    }

    private func advance() {
        if !isConnected {
            let status = SSL_do_handshake(ssl)
            isConnected = status == 1
            hasFailed = status != 1 && SSL_get_error(ssl, status) != SSL_ERROR_WANT_READ
            verifyResult = SSL_get_verify_result(ssl)
        }
        guard isConnected else { return }
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = SSL_read(ssl, &buffer, Int32(buffer.count))
            guard count > 0 else { return }
            received += buffer[..<Int(count)]
        }
    }

    func drain() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: BIO_ctrl_pending(outgoing))
        if !buffer.isEmpty { BIO_read(outgoing, &buffer, Int32(buffer.count)) }
        return buffer
    }

    private func pieces(of bytes: [UInt8], _ step: Int) -> [[UInt8]] {
        if step >= bytes.count { return bytes.isEmpty ? [] : [bytes] }
        return stride(from: 0, to: bytes.count, by: step).map { Array(bytes[$0..<min($0 + step, bytes.count)]) }
    }

    private static func trust(_ root: Certificate, in context: OpaquePointer) {
        let pem = Array(root.pem.utf8)
        let bio = BIO_new_mem_buf(pem, Int32(pem.count))
        let certificate = PEM_read_bio_X509(bio, nil, nil, nil)
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate)
        X509_free(certificate)
        BIO_free(bio)
    }
}

final class TLSTestSession {
    let handle: OpaquePointer?

    init(handle: OpaquePointer?) { self.handle = handle }

    deinit { SSL_SESSION_free(handle) }
}
