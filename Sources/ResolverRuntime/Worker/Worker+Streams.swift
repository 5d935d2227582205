internal import ByteCodec
package import LinuxIO
internal import NetworkTypes
internal import ResolverCore

// TCP from clients (RFC 7766): pipelined, answered out of order, bounded in number, time and bytes.

extension Worker {
    /// Serves clients that connect to `socket`.
    package mutating func listen(on socket: consuming StreamListener) throws(SystemError) {
        let view = view(listeningAt: socket.localEndpoint, isBoundToDevice: socket.isBoundToDevice)
        let listener = ConnectionListener(socket, view: view)
        let token = Token(.streamListener, nextListener).rawValue
        try loop.add(listener.listener.descriptor, token: token, for: .readable)
        connectionListeners[nextListener] = listener
        nextListener += 1
    }

    mutating func acceptStreams(_ number: UInt64, now: MonotonicInstant) {
        guard let listener = connectionListeners[number] else { return }
        do {
            while let accepted = try listener.listener.accept() {
                let peer = accepted.peer
                try open(accepted.takeSocket(), peer: peer, number, view: listener.view, now: now)
            }
        } catch {
            counters.socketErrors += 1
            // Out of descriptors: the idlest client's is the next one's, or else nothing is accepted for a while.
            if let idlest = streams.idlest { close(idlest) } else { pause(listener) }
        }
    }

    private mutating func open(
        _ socket: consuming StreamSocket, peer: Endpoint, _ number: UInt64, view: UInt16,
        now: MonotonicInstant
    ) throws(SystemError) {
        if streams.isFull, let idlest = streams.idlest {
            counters.streamsEvicted += 1
            close(idlest)
        }
        let identifier = streams.makeIdentifier()
        let client = Client(
            transport: .stream, view: view, listener: UInt16(truncatingIfNeeded: number), stream: identifier,
            peer: peer)
        let channel = try Channel(socket, Token(.stream, identifier), in: loop, for: .readable)
        streams.insert(ClientStream(identifier: identifier, channel: channel, client: client, now: now))
        counters.streamsAccepted += 1
    }

    mutating func serveStream(_ identifier: UInt64, _ readiness: Readiness, now: MonotonicInstant) {
        guard let stream = streams[identifier] else { return }
        if readiness.hasFailed { return close(stream) }
        if readiness.contains(.readable) { read(stream, now: now) }
        sendingStreams.add(stream)
    }

    private mutating func read(_ stream: ClientStream, now: MonotonicInstant) {
        guard stream.canTakeQueries, !stream.isReadClosed else { return }
        var room = transferBuffer.mutableSpan
        switch stream.channel.socket.read(into: &room) {
        case .moved(let count): take(count, from: stream, now: now)
        case .end: stream.isReadClosed = true
        case .wouldBlock: break
        case .failed: close(stream)
        }
    }

    /// Takes the transfer buffer's first `count` bytes.
    private mutating func take(_ count: Int, from stream: ClientStream, now: MonotonicInstant) {
        stream.input.append(transferBuffer.span.extracting(0..<count))
        takeInput(of: stream, now: now)
    }

    /// Answers the whole messages that the stream has, up to its limit of pending queries.
    private mutating func takeInput(of stream: ClientStream, now: MonotonicInstant) {
        var input = ByteQueue()
        swap(&input, &stream.input)
        var taken = 0
        while let length = messageLength(input.span, at: taken, of: stream) {
            let start = taken + ClientStream.lengthBytes
            answer(input.span.extracting(start..<start + length), of: stream, now: now)
            taken = start + length
        }
        input.consume(taken)
        swap(&input, &stream.input)
        if isNoMessage(stream) { close(stream) }
    }

    /// The length of the whole message at `offset`; nil when it is not all there, no query, or one too many for now.
    private func messageLength(_ bytes: Span<UInt8>, at offset: Int, of stream: ClientStream) -> Int? {
        let rest = bytes.count - offset - ClientStream.lengthBytes
        guard stream.canTakeQueries, rest >= 0 else { return nil }
        let length = Int(bytes.bigEndianUInt16(at: offset))
        return length >= ClientStream.minimumMessageBytes && length <= rest ? length : nil
    }

    /// Whether the client sends something else than DNS messages.
    private func isNoMessage(_ stream: ClientStream) -> Bool {
        let input = stream.input
        guard input.count >= ClientStream.lengthBytes else { return false }
        return input.span.bigEndianUInt16(at: 0) < ClientStream.minimumMessageBytes
    }

    private mutating func answer(_ query: Span<UInt8>, of stream: ClientStream, now: MonotonicInstant) {
        stream.noteActivity(now: now)
        switch resolver.receive(query, from: stream.client, now: now, response: &messageBuffer) {
        case .answered(let byteCount): stream.channel.append(message: messageBuffer.span.extracting(0..<byteCount))
        case .pending: stream.pendingQueries += 1
        case .ignored: counters.ignoredStreamMessages += 1
        }
    }

    /// Queues the answer that is in the message buffer.
    mutating func deliverToStream(_ byteCount: Int, _ identifier: UInt64, now: MonotonicInstant) {
        guard let stream = streams[identifier] else { return }
        stream.noteActivity(now: now)
        stream.channel.append(message: messageBuffer.span.extracting(0..<byteCount))
        stream.pendingQueries -= 1
        sendingStreams.add(stream)
    }

    /// Sends what is ready and goes on with queries that had to wait for it; true when there were such.
    mutating func flushStreams(now: MonotonicInstant) -> Bool {
        var hasQueries = false
        while let stream = sendingStreams.next() {
            guard streams[stream.identifier] != nil else { continue }
            if stream.canTakeQueries, !stream.input.isEmpty {
                takeInput(of: stream, now: now)
                hasQueries = true
            }
            guard streams[stream.identifier] != nil, stream.flush(now: now), !stream.isFinished else {
                close(stream)
                continue
            }
            stream.channel.want(stream.wantedInterest, in: loop)
        }
        return hasQueries
    }

    mutating func close(_ stream: ClientStream) {
        guard streams[stream.identifier] != nil else { return }
        streams.remove(stream)
        stream.channel.leave(loop)
        stream.channel.socket.finishWriting()
        resolver.clientClosed(stream: stream.identifier)
    }

    mutating func sweepStreams(now: MonotonicInstant) {
        for stream in streams.takeOverdue(now: now) {
            counters.streamsTimedOut += 1
            close(stream)
        }
        for number in connectionListeners.keys { resume(number) }
    }

    private mutating func pause(_ listener: ConnectionListener) {
        listener.isPaused = true
        try? loop.remove(listener.listener.descriptor)
        streams.sweep(notLaterThan: MonotonicClock.now.advanced(byMilliseconds: Worker.pauseMilliseconds))
    }

    private mutating func resume(_ number: UInt64) {
        guard let listener = connectionListeners[number], listener.isPaused else { return }
        listener.isPaused = false
        let token = Token(.streamListener, number).rawValue
        try? loop.add(listener.listener.descriptor, token: token, for: .readable)
    }
}
