internal import ByteCodec
package import LinuxIO
internal import NetworkTypes
internal import ResolverCore

// UDP. The way of a cached answer: one system call for up to 64 questions, all of which are looked at before the first is
// answered, so that they wait for memory together; the resolver writes each answer into the slot it leaves from, and one
// system call sends them.

extension Worker {
    /// Serves questions that come to `socket`.
    package mutating func listen(on socket: consuming DatagramSocket) throws(SystemError) {
        let listener = DatagramListener(socket)
        try loop.add(listener.socket.descriptor, token: Token(.datagramListener, nextListener).rawValue, for: .readable)
        datagramListeners[nextListener] = listener
        nextListener += 1
    }

    mutating func serveDatagrams(_ number: UInt64, now: MonotonicInstant) {
        guard let listener = datagramListeners[number], !listener.isRetired else { return }
        for _ in 0..<Worker.maximumBatchesPerTurn {
            guard takeBatch(from: listener, number, now: now) == DatagramReceiveBatch.capacity else { break }
        }
        flushDatagrams()
        recordHitLatency(since: now)
    }

    /// Answers one batch and says how many questions it had.
    private mutating func takeBatch(from listener: DatagramListener, _ number: UInt64, now: MonotonicInstant) -> Int {
        guard let count = try? receiveBatch.receive(from: listener.socket) else {
            counters.socketErrors += 1
            return 0
        }
        if sendListener !== listener { flushDatagrams() }
        sendListener = listener
        admitted.removeAll()
        resolver.admit(receiveBatch, into: &admitted)
        for index in 0..<count { answerDatagram(index, number, now: now) }
        return count
    }

    private mutating func answerDatagram(_ index: Int, _ number: UInt64, now: MonotonicInstant) {
        guard let peer = receiveBatch.peer(index), peer.port != 0, !receiveBatch.isTruncated(index) else {
            counters.ignoredDatagrams += 1
            return
        }
        let client = Client(
            transport: .datagram, listener: UInt16(truncatingIfNeeded: number), peer: peer,
            local: receiveBatch.localAddress(index))
        if sendBatch.isFull { flushSendBatch() }
        switch resolver.receive(admitted, receiveBatch, index, from: client, now: now, response: &sendBatch) {
        case .answered, .pending: break
        case .ignored: counters.ignoredDatagrams += 1
        }
    }

    /// Queues the answer that is in the message buffer.
    mutating func deliverDatagram(_ byteCount: Int, to client: Client) {
        guard let listener = datagramListeners[UInt64(client.listener)] else { return }
        if sendListener !== listener { flushDatagrams() }
        sendListener = listener
        if sendBatch.isFull { flushSendBatch() }
        sendBatch.append(messageBuffer, byteCount, to: client)
    }

    mutating func flushDatagrams() {
        if !sendBatch.isEmpty { flushSendBatch() }
    }

    private mutating func flushSendBatch() {
        guard let sendListener else { return }
        sendBatch.flush(to: sendListener.socket)
    }

    /// Answers what has come and takes nothing more from `endpoint`; the socket stays for answers that are due.
    mutating func retireDatagramListener(_ number: UInt64, now: MonotonicInstant) {
        guard let listener = datagramListeners[number] else { return }
        for _ in 0..<Worker.maximumBatchesWhenRetiring where takeBatch(from: listener, number, now: now) == 0 { break }
        flushDatagrams()
        listener.isRetired = true
        hasRetiredListeners = true
        try? loop.remove(listener.socket.descriptor)
    }

    /// Closes what was kept for answers that were due, once none is.
    mutating func closeRetiredListeners() {
        guard hasRetiredListeners, resolver.pendingQueryCount == 0 else { return }
        datagramListeners = datagramListeners.filter { !$0.value.isRetired }
        sendListener = nil
        hasRetiredListeners = false
    }
}
