internal import CLinux
internal import Glibc
package import NetworkTypes

/// Up to 64 datagrams that leave in one system call. A message is written straight into its slot:
/// ``slot`` gives the room, ``commit(_:to:from:)`` makes it part of the batch, ``flush(to:)`` sends the batch.
package struct DatagramSendBatch: ~Copyable {
    package static var capacity: Int { DatagramSlots.capacity }
    package static var maximumBytes: Int { DatagramSlots.slotBytes }

    private let slots = DatagramSlots()
    /// How many datagrams wait for the next flush.
    package private(set) var count = 0
    /// Datagrams that the kernel did not take; a lost datagram is the network's nature, and a client asks again.
    package private(set) var droppedCount: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }
    /// A full batch must be flushed before ``slot`` can be used.
    package var isFull: Bool { count == DatagramSlots.capacity }

    /// Room for the next datagram.
    package var slot: MutableSpan<UInt8> {
        @_lifetime(&self)
        mutating get {
            precondition(!isFull, "flush a full batch first")
            // slotBytes bytes of the slot, exclusive as long as self is; every byte pattern is a UInt8.
            let room = unsafe UnsafeMutableBufferPointer(start: slots.start(count), count: DatagramSlots.slotBytes)
            return unsafe _overrideLifetime(MutableSpan(_unsafeElements: room), mutating: &self)
        }
    }

    /// Queues the first `byteCount` bytes of ``slot``; `source` keeps the address a question was sent to.
    package mutating func commit(_ byteCount: Int, to peer: Endpoint, from source: IPAddress?) {
        precondition(byteCount <= DatagramSlots.slotBytes && !isFull, "a datagram is at most a slot")
        slots.setLength(byteCount, at: count)
        // count < capacity: the header, address and control room of this slot.
        unsafe slots.messages[count].header.msg_namelen = enigm_store_endpoint(
            slots.peers + count, enigm_endpoint(peer))
        if let source {
            unsafe enigm_set_source(&slots.messages[count].header, enigm_endpoint(source))
        } else {
            unsafe slots.messages[count].header.msg_controllen = 0
        }
        count += 1
    }

    /// Queues the first `byteCount` bytes of ``slot`` for the peer of a connected socket.
    package mutating func commit(_ byteCount: Int) {
        precondition(byteCount <= DatagramSlots.slotBytes && !isFull, "a datagram is at most a slot")
        slots.setLength(byteCount, at: count)
        // count < capacity; without a name the kernel takes the address that the socket is connected to.
        unsafe slots.messages[count].header.msg_namelen = 0
        unsafe slots.messages[count].header.msg_controllen = 0
        count += 1
    }

    /// Sends everything queued. A datagram that the kernel refuses is dropped and counted, the rest still leave.
    package mutating func flush(to socket: borrowing DatagramSocket) {
        var sent = 0
        while sent < count {
            // Headers sent..<count are filled by commit; commit always sets the control length, so
            // no room is left from an earlier batch.
            let result = unsafe enigm_sendmmsg(
                socket.descriptor.rawValue, slots.messages + sent, UInt32(count - sent))
            if result > 0 {
                sent += Int(result)
            } else if errno != EINTR {
                droppedCount += 1
                sent += 1
            }
        }
        count = 0
    }
}
