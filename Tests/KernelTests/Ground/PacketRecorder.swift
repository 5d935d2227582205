import Glibc

/// Notes every packet that arrives at the devices of the namespace it was made in.
final class PacketRecorder {
    private let descriptor: Int32
    private var names: [Int32: String] = [:]
    /// Whether packets that leave are noted too: on loopback each packet does both.
    private let wantsLeaving: Bool

    init(wantsLeaving: Bool = false) {
        self.wantsLeaving = wantsLeaving
        descriptor = socket(
            PF_PACKET, Int32(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue),
            Int32(PacketRecorder.everyProtocol.bigEndian))
        precondition(descriptor >= 0, "packet socket: errno \(errno)")
        var bytes: Int32 = 64 << 20
        setsockopt(
            descriptor, SOL_SOCKET, PacketRecorder.forcedReceiveBuffer, &bytes, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit { close(descriptor) }

    private static let everyProtocol: UInt16 = 3
    /// SO_RCVBUFFORCE.
    private static let forcedReceiveBuffer: Int32 = 33
    private static let leavingPacket: UInt8 = 4
    /// Preauthentication: nobody here sends such a frame for what it is, and every wire takes it.
    static let fenceProtocol: UInt16 = 0x88C7

    func name(_ index: Int32, _ name: String) { names[index] = name }

    /// What has arrived since the last call, in order, up to the frame of the fence protocol that carries `number`;
    /// nil when that one has not come within a second.
    func take(throughFence number: UInt32) -> [SeenPacket]? {
        var packets: [SeenPacket] = []
        while let (frame, index) = next(milliseconds: 1_000) {
            if frame.count >= 18, frame[12] == 0x88, frame[13] == 0xC7 {
                if frame[14..<18].reduce(0, { $0 << 8 | UInt32($1) }) == number { return packets }
                continue
            }
            if let packet = SeenPacket(frame, device: names[index] ?? "device \(index)") { packets.append(packet) }
        }
        return nil
    }

    /// What has arrived since the last call and is there now.
    func takeAll() -> [SeenPacket] {
        var packets: [SeenPacket] = []
        while let (frame, index) = next(milliseconds: 0) {
            if let packet = SeenPacket(frame, device: names[index] ?? "device \(index)") { packets.append(packet) }
        }
        return packets
    }

    private func next(milliseconds: Int32) -> (frame: ArraySlice<UInt8>, device: Int32)? {
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, milliseconds) == 1 else { return nil }
            var frame = [UInt8](repeating: 0, count: 2048)
            // struct sockaddr_ll, which Swift's Glibc module does not show: the device's index stands at 4, the
            // packet's direction at 10.
            var address = [UInt8](repeating: 0, count: 20)
            var length = socklen_t(address.count)
            let count = address.withUnsafeMutableBytes { address in
                recvfrom(
                    descriptor, &frame, frame.count, 0, address.assumingMemoryBound(to: sockaddr.self).baseAddress,
                    &length)
            }
            guard count > 0 else { return nil }
            if address[10] == PacketRecorder.leavingPacket, !wantsLeaving { continue }
            if address[10] != PacketRecorder.leavingPacket, wantsLeaving { continue }
            let index = address.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 4, as: Int32.self) }
            return (frame[..<count], index)
        }
    }
}
