internal import ByteCodec
internal import LinuxIO
internal import NetworkTypes
internal import ResolverCore

// The resolver's calls on the worker's buffers. The buffers come as arguments of their own: a borrow that is taken
// through the worker would claim all of it.

extension Resolver {
    mutating func nextEffect(into buffer: inout ScratchBuffer) -> Effect? {
        var room = buffer.mutableSpan
        return nextEffect(into: &room)
    }

    func compose(_ attempt: AttemptIdentifier, into buffer: inout ScratchBuffer) -> Int? {
        var room = buffer.mutableSpan
        return compose(attempt, into: &room)
    }

    mutating func receive(
        _ query: Span<UInt8>, from client: Client, now: MonotonicInstant, response: inout ScratchBuffer
    ) -> Reception {
        var room = response.mutableSpan
        return receive(query, from: client, now: now, response: &room)
    }

    /// Writes a piece that ends with a block.
    func handOver(
        from position: inout HandoverPosition, now: MonotonicInstant, into buffer: inout ScratchBuffer, from start: Int
    ) -> Int {
        var whole = buffer.mutableSpan
        var room = whole._mutatingExtracting(0..<HandoverFormat.maximumBlockBytes)
        return handOver(from: &position, now: now, into: &room, from: start)
    }

    /// Nil where the piece is not as it should be.
    mutating func takeOver(
        _ piece: Range<Int>, of buffer: borrowing ScratchBuffer, now: MonotonicInstant,
        where isOurs: (Span<UInt8>) -> Bool
    ) -> Int? {
        try? takeOver(buffer.span.extracting(piece), now: now, where: isOurs)
    }

    mutating func carry(through buffer: inout ScratchBuffer, now: MonotonicInstant) {
        var whole = buffer.mutableSpan
        var room = whole._mutatingExtracting(0..<HandoverFormat.maximumBlockBytes)
        carry(through: &room, now: now)
    }

    /// Looks at all datagrams of a batch before the first is answered.
    func admit(_ batch: borrowing DatagramReceiveBatch, view: UInt16, into admitted: inout AdmittedQueries) {
        for index in 0..<batch.count { admit(batch[index], view: view, into: &admitted) }
        if batch.count > 1 { anticipate(&admitted) }
    }

    /// Takes datagram `index` of a batch; an answer is written where it leaves from.
    mutating func receive(
        _ admitted: borrowing AdmittedQueries, _ batch: borrowing DatagramReceiveBatch, _ index: Int,
        from client: Client, now: MonotonicInstant, response: inout DatagramSendBatch
    ) -> Reception {
        var room = response.slot
        let reception = receive(admitted, index, batch[index], from: client, now: now, response: &room)
        if case .answered(let byteCount) = reception {
            response.commit(byteCount, to: client.peer, from: client.local)
        }
        return reception
    }
}

extension DatagramSendBatch {
    /// Queues the first `byteCount` bytes of `buffer` for a client.
    mutating func append(_ buffer: borrowing ScratchBuffer, _ byteCount: Int, to client: Client) {
        var room = slot
        room.copy(buffer.span.extracting(0..<byteCount), to: 0)
        commit(byteCount, to: client.peer, from: client.local)
    }
}
