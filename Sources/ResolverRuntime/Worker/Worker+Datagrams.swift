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
        let view = view(listeningAt: socket.localEndpoint, isBoundToDevice: socket.isBoundToDevice)
        let listener = DatagramListener(socket, view: view)
        try watch(listener, nextListener)
        datagramListeners[nextListener] = listener
        nextListener += 1
    }

    mutating func serveDatagrams(_ number: UInt64, now: MonotonicInstant) {
        guard let listener = datagramListeners[number], !listener.isRetired else { return }
        let count = takeBatches(from: listener, number, now: now)
        if count >= DatagramReceiveBatch.capacity { beginBusyTime(of: listener, number) }
    }

    /// Those that had a full batch, until they have nothing.
    mutating func serveBusyListeners(now: MonotonicInstant) {
        let numbers = busyListeners
        for number in numbers {
            guard let listener = datagramListeners[number] else { continue }
            if takeBatches(from: listener, number, now: now) == 0 { endBusyTime(of: listener, number) }
        }
    }

    /// While a socket is watched, the kernel tells the watcher of every datagram that comes and of every one that has
    /// left, at a twentieth of what an answer costs. Who comes back by himself need not be told.
    private mutating func beginBusyTime(of listener: DatagramListener, _ number: UInt64) {
        guard (try? loop.remove(listener.socket.descriptor)) != nil else { return }
        busyListeners.append(number)
    }

    /// Watching tells at once what has come meanwhile.
    private mutating func endBusyTime(of listener: DatagramListener, _ number: UInt64) {
        guard (try? watch(listener, number)) != nil else { return }
        busyListeners.removeAll { $0 == number }
    }

    private func watch(_ listener: DatagramListener, _ number: UInt64) throws(SystemError) {
        try loop.add(listener.socket.descriptor, token: Token(.datagramListener, number).rawValue, for: .readable)
    }

    /// Answers batches as long as they are full, and says how many questions that were.
    private mutating func takeBatches(from listener: DatagramListener, _ number: UInt64, now: MonotonicInstant) -> Int {
        var total = 0
        for _ in 0..<Worker.maximumBatchesPerTurn {
            let count = takeBatch(from: listener, number, now: now)
            total += count
            guard count == DatagramReceiveBatch.capacity else { break }
        }
        flushDatagrams()
        recordHitLatency(since: now)
        return total
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
        resolver.admit(receiveBatch, view: listener.view, into: &admitted)
        for index in 0..<count { answerDatagram(index, number, listener.view, now: now) }
        return count
    }

    private mutating func answerDatagram(_ index: Int, _ number: UInt64, _ view: UInt16, now: MonotonicInstant) {
        guard let peer = receiveBatch.peer(index), peer.port != 0 else {
            counters.ignoredDatagrams += 1
            return
        }
        let client = Client(
            transport: .datagram, view: view, listener: UInt16(truncatingIfNeeded: number), peer: peer,
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
        if let index = busyListeners.firstIndex(of: number) {
            busyListeners.remove(at: index)
        } else {
            try? loop.remove(listener.socket.descriptor)
        }
    }

    /// Closes what was kept for answers that were due, once none is.
    mutating func closeRetiredListeners() {
        guard hasRetiredListeners, resolver.pendingQueryCount == 0 else { return }
        datagramListeners = datagramListeners.filter { !$0.value.isRetired }
        sendListener = nil
        hasRetiredListeners = false
    }
}
