import Glibc
import TestSupport
import Testing

/// What `tcpdump` sees on the loopback device while this lives.
final class PacketCapture {
    private let scratch = ScratchDirectory()
    private let process: ChildProcess

    static let isInstalled = Repository.hasTool("tcpdump")
    static let missing: Comment = "no `tcpdump`: run `make deps`"

    /// Cancels the test where this user may not capture. `filter` is in the words of pcap-filter(7). Not in promiscuous
    /// mode: a device that goes over to it is news of the network to whoever listens for such.
    init(in namespace: LoopbackNamespace? = nil, _ filter: String = "tcp or udp") throws {
        let words = [
            "tcpdump", "-p", "-i", "lo", "-s", "0", "--immediate-mode", "-U", "-Z", "root", "-w",
            scratch.path("capture"),
            filter,
        ]
        let command = namespace?.entering(words) ?? words
        process = ChildProcess(command[0], Array(command.dropFirst()))
        let process = process
        let listens = Moment.wait(.seconds(10)) {
            process.poll() != nil || process.standardError.contains("listening on")
        }
        guard listens, process.poll() == nil else {
            try Test.cancel(
                "`tcpdump` may not capture on lo: \(process.standardError.split(separator: "\n").last ?? "")")
        }
    }

    /// Ends the capture and gives every packet that was seen.
    func packets() -> [CapturedPacket] {
        Moment.sleep(.milliseconds(300))
        process.signal(SIGINT)
        _ = process.wait()
        return CapturedPacket.all(in: TextFile.bytes(of: scratch.path("capture")))
    }
}

/// One UDP or TCP packet over IPv4 or IPv6.
struct CapturedPacket {
    let source: UInt16
    let destination: UInt16
    /// With the header of its transport.
    let payload: [UInt8]

    var ports: Set<UInt16> { [source, destination] }

    /// Of a TCP segment: how many bytes it carries, and whether it begins a direction.
    var segment: (byteCount: Int, isSYN: Bool) { (payload.count - Int(payload[12] >> 4) * 4, payload[13] & 2 != 0) }

    /// Whether a domain name stands here as DNS writes it, whatever the case of its letters.
    func holds(name: String) -> Bool {
        let wanted = Array(Question(name).bytes.dropLast(5)).map(CapturedPacket.lowercased)
        let bytes = payload.map(CapturedPacket.lowercased)
        guard bytes.count >= wanted.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { bytes[$0...].starts(with: wanted) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// The packets of a capture file in the byte order of this machine: a header of 24 bytes, then for each packet
    /// 16 bytes, of which the third word is its length.
    static func all(in file: [UInt8]) -> [CapturedPacket] {
        var packets: [CapturedPacket] = []
        var position = 24
        while position + 16 <= file.count {
            let length = (0..<4).reduce(0) { $0 | Int(file[position + 8 + $1]) << (8 * $1) }
            position += 16
            guard position + length <= file.count else { break }
            if let packet = CapturedPacket(ethernet: Array(file[position..<(position + length)])) {
                packets.append(packet)
            }
            position += length
        }
        return packets
    }

    private init?(ethernet frame: [UInt8]) {
        guard frame.count > 14 + 40 || (frame.count > 14 + 28 && frame[12] == 0x08) else { return nil }
        let network = Array(frame.dropFirst(14))
        let headerLength = network[0] >> 4 == 4 ? Int(network[0] & 0xf) * 4 : 40
        guard network.count >= headerLength + 8 else { return nil }
        payload = Array(network.dropFirst(headerLength))
        source = UInt16(payload[0]) << 8 | UInt16(payload[1])
        destination = UInt16(payload[2]) << 8 | UInt16(payload[3])
    }
}
