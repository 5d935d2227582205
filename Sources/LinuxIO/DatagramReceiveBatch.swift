internal import CLinux
internal import Glibc
package import NetworkTypes

/// Up to 64 datagrams taken from a socket in one system call; nothing is allocated per datagram.
package struct DatagramReceiveBatch: ~Copyable {
    /// How many datagrams one call takes.
    package static var capacity: Int { DatagramSlots.capacity }
    /// How many bytes of a datagram are kept; longer ones come out truncated.
    package static var maximumBytes: Int { DatagramSlots.slotBytes }

    private let slots = DatagramSlots()
    /// How many datagrams the last receive took.
    package private(set) var count = 0

    package init() {}

    /// Takes what waits at the socket, replacing what was here; answers how many, 0 when nothing waits.
    package mutating func receive(from socket: borrowing DatagramSocket) throws(SystemError) -> Int {
        for index in 0..<count { slots.reset(index) }
        count = 0
        // Every header names buffers of its slot, which live as long as `slots`.
        let result = unsafe enigm_recvmmsg(socket.descriptor.rawValue, slots.messages, UInt32(DatagramSlots.capacity))
        if result < 0 {
            // An ICMP error for an earlier answer is not this call's concern.
            if errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED { return 0 }
            throw SystemError("recvmmsg")
        }
        count = Int(result)
        return count
    }

    /// The bytes of datagram `index`.
    package subscript(index: Int) -> Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            precondition(index < count, "no such datagram")
            // The kernel wrote byte_count <= slotBytes bytes there, and they stay until the next receive, which
            // needs exclusive access to self.
            let bytes = unsafe UnsafeBufferPointer(
                start: slots.start(index), count: Int(slots.messages[index].byte_count))
            return unsafe _overrideLifetime(Span(_unsafeElements: bytes), borrowing: self)
        }
    }

    /// Who sent datagram `index`; nil for a sender of a family that is not ours.
    package func peer(_ index: Int) -> Endpoint? {
        precondition(index < count, "no such datagram")
        // index < capacity; the kernel wrote this address.
        return unsafe enigm_load_endpoint(slots.peers + index).endpoint
    }

    /// The address that datagram `index` was sent to; nil when the socket is bound to one address only.
    package func localAddress(_ index: Int) -> IPAddress? {
        precondition(index < count, "no such datagram")
        // index < capacity; msg_controllen was set by the kernel.
        guard unsafe slots.messages[index].header.msg_controllen > 0 else { return nil }
        return unsafe enigm_local_address(&slots.messages[index].header).address
    }
}
