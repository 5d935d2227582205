internal import COpenSSL

/// The client side of one TLS connection: ciphertext and plaintext in, ciphertext, plaintext and events out.
/// It holds no descriptor and reads no clock; what a peer does is never thrown, only told as an event.
///
/// Safe: owns one SSL, freed in `deinit` before `channel` and `context`, which libssl reaches through it.
@safe package struct TLSSession: ~Copyable {
    /// Plaintext that may wait to be consumed: many flushes of answers, or sixteen of the largest messages.
    package static let maximumPlaintextBytes = 1 << 20
    /// What one read may fill: a whole record (RFC 8446 section 5.1).
    private static let readBytes = 16_384

    private enum State { case handshaking, established, over }

    private let handle: OpaquePointer
    private let context: TLSContext
    private let channel = CiphertextChannel()
    private let networkEpoch: UInt64
    private var state = State.handshaking
    private var received = TransferBuffer()
    private var details: TLSDetails?
    private var end: TLSEvent?
    /// The ticket that was offered: some servers let it be used again.
    private var offered: SessionTicket?

    /// Starts the handshake: the output is the ClientHello. Certificates are judged as of `verificationTime` (Unix
    /// seconds). A ticket is offered only when it was given in the same `networkEpoch`.
    package init(context: TLSContext, verificationTime: Int64, networkEpoch: UInt64) {
        guard let handle = unsafe SSL_new(context.handle) else { preconditionFailure("out of memory") }
        unsafe self.handle = handle
        self.context = context
        self.networkEpoch = networkEpoch
        connectChannel()
        setExpectations(verificationTime: verificationTime)
        offerTicket(verificationTime: verificationTime)
        advance()
    }

    deinit {
        // Without this libssl takes a connection that was not shut down for a reason not to resume its session.
        unsafe SSL_set_shutdown(handle, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        unsafe SSL_free(handle)
    }

    package var isEstablished: Bool { state == .established }

    /// Failed or closed: nothing more goes in; what is ready for the network may still be sent.
    package var isOver: Bool { state == .over }

    /// What happened, oldest first. The plaintext that came before an end is to be consumed before it.
    package mutating func nextEvent() -> TLSEvent? {
        if let details = details.take() { return .established(details) }
        return end.take()
    }

    // MARK: - The network's side

    /// Takes ciphertext, split anywhere.
    package mutating func receive(_ ciphertext: Span<UInt8>) {
        guard state != .over else { return }
        // Unsafe: the channel forgets the borrowed bytes before they are given back.
        unsafe ciphertext.withUnsafeBytes { bytes in
            unsafe channel.lend(bytes)
            advance()
            channel.reclaim()
        }
    }

    /// Takes the end of the peer's stream.
    package mutating func receiveEnd() {
        guard state != .over else { return }
        channel.isEnded = true
        advance()
    }

    /// How many bytes are ready for the network.
    package var outputCount: Int { channel.output.count }

    /// Moves what is ready for the network into `destination` as far as it fits, and answers how many bytes.
    package mutating func drainOutput(into destination: inout MutableSpan<UInt8>) -> Int {
        channel.output.drain(into: &destination)
    }

    // MARK: - The user's side

    /// Encrypts all of `plaintext`, in as few records as it fits. The session has to be established; after its end
    /// nothing happens.
    package mutating func send(_ plaintext: Span<UInt8>) {
        precondition(state != .handshaking, "nothing is sent before the server is known")
        guard state == .established, !plaintext.isEmpty else { return }
        ErrorQueue.clear()
        var written = 0
        // Unsafe: libssl reads from the borrowed bytes during the call; the channel takes all it makes of them.
        let result = unsafe plaintext.withUnsafeBytes { bytes in
            unsafe SSL_write_ex(handle, bytes.baseAddress, bytes.count, &written)
        }
        if result != 1 || written != plaintext.count { fail(result: result) }
    }

    /// Decrypted bytes that were not consumed yet, oldest first.
    package var plaintext: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { received.span }
    }

    package mutating func consumePlaintext(_ amount: Int) { received.consume(amount) }

    /// Ends the session from this side: close_notify is added to the output, and no event follows.
    package mutating func close() {
        if state == .established { sendCloseNotify() }
        state = .over
    }

    // MARK: - Setting up

    private func connectChannel() {
        // Unsafe: SSL_set_bio takes over the only reference; the channel outlives the SSL, see `deinit`.
        let bio = unsafe channel.makeBIO()
        unsafe SSL_set_bio(handle, bio, bio)
        _ = unsafe ssl_set_app_data(handle, Unmanaged.passUnretained(channel).toOpaque())
        unsafe SSL_set_connect_state(handle)
    }

    private func setExpectations(verificationTime: Int64) {
        unsafe X509_VERIFY_PARAM_set_time(SSL_get0_param(handle), Int(verificationTime))
        guard let name = context.serverNameIndication else { return }
        // Unsafe: libssl copies the name, which the context has checked.
        _ = unsafe ssl_set_tlsext_host_name(handle, name)
    }

    private mutating func offerTicket(verificationTime: Int64) {
        guard let ticket = context.tickets.take(epoch: networkEpoch) else { return }
        // A resumed handshake shows no certificate: its dates are judged here.
        if context.authentication.trustStore != nil {
            guard ticket.isCertificateValid(at: verificationTime) else { return }
        }
        // Unsafe: libssl takes a reference of its own. It gets a copy, because it spoils what it has when the stream
        // ends without close_notify.
        guard let copy = unsafe SSL_SESSION_dup(ticket.handle) else { return }
        defer { unsafe SSL_SESSION_free(copy) }
        guard unsafe SSL_set_session(handle, copy) == 1 else { return }
        offered = ticket
    }

    // MARK: - Moving on

    /// Lets libssl go as far as the bytes that it can reach allow.
    private mutating func advance() {
        ErrorQueue.clear()
        if state == .handshaking { advanceHandshake() }
        if state == .established { readAll() }
        collectTickets()
    }

    private mutating func advanceHandshake() {
        let result = unsafe SSL_do_handshake(handle)
        guard result == 1 else {
            fail(result: result)
            return
        }
        guard let details = unsafe TLSDetails(of: handle) else {
            fail(.internal("the handshake's outcome cannot be read"))
            return
        }
        self.details = details
        state = .established
        if details.isResumed, let offered, !offered.isSingleUse {
            context.tickets.insert(offered, epoch: networkEpoch)
        }
        offered = nil
    }

    private mutating func readAll() {
        repeat {
            guard received.count <= TLSSession.maximumPlaintextBytes else {
                fail(.internal("plaintext was not consumed"))
                return
            }
            let result = readRecord()
            if result != 1 {
                fail(result: result)
                return
            }
        } while state == .established && hasInput
    }

    /// Whether another read can bring something: asking libssl for what is not there costs it a fifth of a record.
    private var hasInput: Bool { unsafe channel.hasInput || SSL_has_pending(handle) == 1 }

    private mutating func readRecord() -> Int32 {
        var result: Int32 = 0
        unsafe received.append(capacity: TLSSession.readBytes) { room, capacity in
            var count = 0
            // Unsafe: libssl writes at most `capacity` bytes and says how many.
            result = unsafe SSL_read_ex(handle, room, capacity, &count)
            return result == 1 ? count : 0
        }
        return result
    }

    private func collectTickets() {
        while let ticket = channel.takeTicket() { context.tickets.insert(ticket, epoch: networkEpoch) }
    }

    // MARK: - Ending

    /// Judges a call that did not succeed: waiting for bytes is no failure.
    private mutating func fail(result: Int32) {
        switch unsafe SSL_get_error(handle, result) {
        case SSL_ERROR_WANT_READ:
            return
        case SSL_ERROR_ZERO_RETURN where state == .established:
            sendCloseNotify()
            end(with: .closed)
        case SSL_ERROR_ZERO_RETURN:
            fail(.alert(.closeNotify))
        case SSL_ERROR_SSL:
            fail(unsafe TLSFailure.takeFromErrorQueue(of: handle, isEstablished: state == .established))
        default:
            fail(channel.isEnded ? .unexpectedEOF : .internal("too much output"))
        }
    }

    private mutating func fail(_ failure: TLSFailure) { end(with: .failed(failure)) }

    private mutating func end(with event: TLSEvent) {
        state = .over
        end = event
        ErrorQueue.clear()
    }

    private func sendCloseNotify() {
        ErrorQueue.clear()
        // The answer says only whether the peer has closed, too.
        _ = unsafe SSL_shutdown(handle)
        ErrorQueue.clear()
    }
}
