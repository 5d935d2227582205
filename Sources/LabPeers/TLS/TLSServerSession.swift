package import ByteCodec
internal import COpenSSL

/// The server's end of one TLS connection, in memory: ciphertext in, plaintext out, and the reverse. No socket, no
/// clock. For tests and the lab only: the product's own engines are clients.
@safe package struct TLSServerSession: ~Copyable {
    /// Where a session stands; the last three are final.
    package enum State: Equatable, Sendable {
        case handshaking
        case established
        /// The peer said close_notify, or the stream below ended after it.
        case closed
        /// The stream below ended without close_notify (RFC 8446 section 6.1: a truncation).
        case truncated
        /// libssl's reason, such as `tlsv1 alert unknown ca`.
        case failed(String)
    }

    package private(set) var state = State.handshaking
    /// Decrypted bytes that the caller has not consumed yet.
    package var received = ByteQueue()

    // Owned: freed in deinit, together with both BIOs, which SSL_set_bio hands over to it. Every call below is given
    // these three, which live as long as self, and no call keeps them.
    private let handle: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    // Keeps the ALPN callback's argument alive.
    private let context: TLSServerContext

    package init(context: TLSServerContext) {
        self.context = context
        unsafe handle = unsafe Libcrypto.required(SSL_new(context.handle), "SSL_new")
        unsafe incoming = unsafe Libcrypto.required(BIO_new(BIO_s_mem()), "BIO_new")
        unsafe outgoing = unsafe Libcrypto.required(BIO_new(BIO_s_mem()), "BIO_new")
        unsafe SSL_set_bio(handle, incoming, outgoing)
        unsafe SSL_set_accept_state(handle)
    }

    // The only owner of the handle goes, and the BIOs with it.
    deinit { unsafe SSL_free(handle) }

    /// Takes ciphertext from the peer, in pieces of any size.
    package mutating func receive(_ ciphertext: Span<UInt8>) {
        unsafe ciphertext.withUnsafeBufferPointer { bytes in
            // A memory BIO copies what it is given and takes all of it.
            if !bytes.isEmpty { unsafe BIO_write(incoming, bytes.baseAddress, Int32(bytes.count)) }
        }
        advance()
    }

    /// The stream below has ended.
    package mutating func receiveEnd() {
        advance()
        if state == .established || state == .handshaking { state = .truncated }
    }

    /// Encrypts `plaintext` into as few records as hold it; only in an established session.
    package mutating func send(_ plaintext: Span<UInt8>) {
        precondition(state == .established, "nothing can be sent before the handshake or after the end")
        guard plaintext.count > 0 else { return }
        let written = unsafe plaintext.withUnsafeBufferPointer { bytes in
            // A memory BIO grows: the write is never partial.
            unsafe SSL_write(handle, bytes.baseAddress, Int32(bytes.count))
        }
        if written <= 0 { fail() }
    }

    /// Says close_notify; what the peer still sends is ignored.
    package mutating func close() {
        guard state == .established else { return }
        _ = unsafe SSL_shutdown(handle)
        state = .closed
    }

    /// How much ciphertext waits for the peer.
    package var outputCount: Int { unsafe BIO_ctrl_pending(outgoing) }

    /// Moves ciphertext for the peer into `output` and answers how many bytes.
    package mutating func drainOutput(into output: inout MutableSpan<UInt8>) -> Int {
        guard outputCount > 0, output.count > 0 else { return 0 }
        return unsafe output.withUnsafeMutableBufferPointer { buffer in
            // BIO_read writes at most buffer.count bytes.
            max(0, Int(unsafe BIO_read(outgoing, buffer.baseAddress, Int32(buffer.count))))
        }
    }

    /// All ciphertext for the peer, for callers that have no buffer.
    package mutating func drainOutput() -> [UInt8] { unsafe Libcrypto.drain(outgoing) }

    /// Whether the client came back with a session ticket that was accepted.
    package var isResumed: Bool { unsafe SSL_session_reused(handle) == 1 }

    /// The negotiated version; nil before the handshake is finished.
    package var version: TLSVersion? {
        state == .handshaking ? nil : TLSVersion(rawValue: UInt16(truncatingIfNeeded: unsafe SSL_version(handle)))
    }

    /// The ALPN protocol that was agreed on.
    package var applicationProtocol: String? {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        // libssl answers a pointer into the session, which is alive.
        unsafe SSL_get0_alpn_selected(handle, &bytes, &count)
        guard let start = unsafe bytes, count > 0 else { return nil }
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }

    /// The host name that the client asked for (SNI).
    package var serverName: String? {
        // libssl answers a pointer into the session, which is alive.
        guard let name = unsafe SSL_get_servername(handle, TLSEXT_NAMETYPE_host_name) else { return nil }
        return unsafe String(cString: name)
    }

    private mutating func advance() {
        if state == .handshaking { shakeHands() }
        while state == .established, readRecord() {}
    }

    private mutating func shakeHands() {
        let status = unsafe SSL_do_handshake(handle)
        if status == 1 {
            state = .established
        } else if unsafe SSL_get_error(handle, status) != SSL_ERROR_WANT_READ {
            fail()
        }
    }

    /// Decrypts what one record holds; false when there is no whole one.
    private mutating func readRecord() -> Bool {
        var plaintext = [UInt8](repeating: 0, count: TLSServerSession.maximumRecordPlaintext)
        let count = unsafe plaintext.withUnsafeMutableBufferPointer { buffer in
            // SSL_read writes at most buffer.count bytes.
            unsafe SSL_read(handle, buffer.baseAddress, Int32(buffer.count))
        }
        if count > 0 {
            received.append(plaintext.span.extracting(0..<Int(count)))
            return true
        }
        switch unsafe SSL_get_error(handle, count) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: state = .closed
        default: fail()
        }
        return false
    }

    private mutating func fail() { state = .failed(Libcrypto.lastError) }

    /// The most plaintext that a record can hold (RFC 8446 section 5.1).
    static let maximumRecordPlaintext = 1 << 14
}
