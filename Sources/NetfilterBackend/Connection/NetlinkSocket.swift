internal import CNetfilter
internal import Glibc

/// One netlink socket. One of netfilter's owns the tables that are created through it with the owner flag, so it lives
/// as long as the enforcer does.
///
/// Invariant of every `unsafe` here: `pointer` came from mnl_socket_open, is closed once, in deinit, and buffers are
/// passed with their own lengths. `room` is this socket's alone, and freed once, in deinit.
@safe struct NetlinkSocket: ~Copyable {
    private let pointer: OpaquePointer
    /// Where datagrams arrive: one buffer, because filling a fresh one with zeros costs more than most datagrams.
    private let room: UnsafeMutableRawBufferPointer

    /// Enough for every refusal of a large batch; SO_RCVBUFFORCE may exceed the system's limit.
    private static let bufferBytes: Int32 = 64 << 20
    /// The kernel sends dumps in pieces of at most 32 KiB.
    static let receiveBytes = 1 << 16

    /// The kernel's subsystems that are spoken to here (linux/netlink.h).
    enum Family: Int32 {
        case route = 0
        case socketDiagnosis = 4
        case netfilter = 12
    }

    init(_ family: Family = .netfilter) throws(NetfilterFailure) {
        unsafe pointer = try NetlinkSocket.open(family)
        unsafe room = .allocate(byteCount: NetlinkSocket.receiveBytes, alignment: MemoryLayout<UInt64>.alignment)
        setBuffers()
    }

    private static func open(_ family: Family) throws(NetfilterFailure) -> OpaquePointer {
        guard let pointer = unsafe mnl_socket_open2(family.rawValue, Int32(SOCK_CLOEXEC.rawValue)) else {
            throw failure("socket")
        }
        guard unsafe mnl_socket_bind(pointer, 0, MNL_SOCKET_AUTOPID) == 0 else {
            let failure = failure("bind")
            unsafe _ = mnl_socket_close(pointer)
            throw failure
        }
        return unsafe pointer
    }

    deinit {
        unsafe _ = mnl_socket_close(pointer)
        unsafe room.deallocate()
    }

    var descriptor: Int32 { unsafe mnl_socket_get_fd(pointer) }

    /// The address by which the kernel names this socket as an owner or committer; usually the process id.
    var port: UInt32 { unsafe mnl_socket_get_portid(pointer) }

    func send(_ bytes: [UInt8]) throws(NetfilterFailure) {
        let sent = unsafe bytes.withUnsafeBytes { buffer in
            unsafe mnl_socket_sendto(pointer, buffer.baseAddress, buffer.count)
        }
        guard sent == bytes.count else { throw NetlinkSocket.failure("sendto") }
    }

    /// Sends the pieces as one datagram, without putting them together first.
    func send(_ pieces: [[UInt8]]) throws(NetfilterFailure) {
        // sendmsg reads as many vectors as there are; each points into an array that withVectors keeps alive.
        let sent = unsafe NetlinkSocket.withVectors(pieces[...], []) { vectors in
            var vectors = unsafe vectors
            var header = unsafe msghdr()
            return unsafe vectors.withUnsafeMutableBufferPointer { buffer in
                unsafe header.msg_iov = buffer.baseAddress
                unsafe header.msg_iovlen = buffer.count
                return unsafe sendmsg(descriptor, &header, 0)
            }
        }
        guard sent == pieces.reduce(0, { $0 + $1.count }) else { throw NetlinkSocket.failure("sendmsg") }
    }

    /// Runs `body` with a vector for each piece, all of them in place. They are only read, although the type of the
    /// field does not say so.
    private static func withVectors(
        _ pieces: ArraySlice<[UInt8]>, _ vectors: [iovec], _ body: ([iovec]) -> Int
    ) -> Int {
        guard let first = pieces.first else { return unsafe body(vectors) }
        return unsafe first.withUnsafeBytes { bytes in
            let vector = unsafe iovec(
                iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
            return unsafe withVectors(pieces.dropFirst(), vectors + [vector], body)
        }
    }

    /// The next datagram, or nil when none is there. The kernel answers a batch before sendto returns.
    func receive(waiting: Bool) throws(NetfilterFailure) -> [UInt8]? {
        let count = unsafe recv(descriptor, room.baseAddress, room.count, waiting ? 0 : Int32(MSG_DONTWAIT))
        guard count >= 0 else {
            guard errno == EAGAIN || errno == EINTR else { throw NetlinkSocket.failure("recv") }
            return nil
        }
        return unsafe Array(room[..<count])
    }

    /// Joins or leaves a group of events.
    func setMembership(of group: UInt32, _ isMember: Bool) throws(NetfilterFailure) {
        var group = Int32(group)
        let option = isMember ? NETLINK_ADD_MEMBERSHIP : NETLINK_DROP_MEMBERSHIP
        guard
            unsafe mnl_socket_setsockopt(
                pointer, option, &group, socklen_t(MemoryLayout<Int32>.size)) == 0
        else { throw NetlinkSocket.failure("setsockopt") }
    }

    /// Has the kernel look at what a list is asked for, instead of listing everything (NETLINK_GET_STRICT_CHK).
    func setStrictChecking() throws(NetfilterFailure) {
        var on: Int32 = 1
        guard
            unsafe mnl_socket_setsockopt(
                pointer, NetlinkSocket.strictChecking, &on, socklen_t(MemoryLayout<Int32>.size)) == 0
        else { throw NetlinkSocket.failure("setsockopt") }
    }

    private static let strictChecking: Int32 = 12

    private func setBuffers() {
        for option in [SO_SNDBUFFORCE, SO_RCVBUFFORCE] {
            var size = NetlinkSocket.bufferBytes
            unsafe _ = setsockopt(descriptor, SOL_SOCKET, option, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        // A refused message is named by its number; it need not come back whole.
        var on: Int32 = 1
        unsafe _ = mnl_socket_setsockopt(pointer, NETLINK_CAP_ACK, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func failure(_ call: String) -> NetfilterFailure {
        let code = errno
        return code == EPERM || code == EACCES ? .notPermitted : .system(call: call, errno: code)
    }
}
