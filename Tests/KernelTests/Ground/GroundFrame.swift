import NetworkTypes
import Ruleset

/// A frame that a program writes itself, and what it says of it.
struct GroundFrame: Sendable {
    var bytes: [UInt8]
    /// What it says that it is: `sll_protocol`.
    var declared: UInt16
    /// SO_MARK of its socket.
    var mark: UInt32 = 0

    /// `station`: the last byte of the address that it is for.
    init(_ type: UInt16, _ payload: [UInt8], to station: UInt8 = 2) {
        bytes = [2, 0, 0, 0, 0, station, 2, 0, 0, 0, 0, 1, UInt8(type >> 8), UInt8(truncatingIfNeeded: type)] + payload
        bytes += [UInt8](repeating: 0, count: max(0, GroundFrame.minimumBytes - bytes.count))
        declared = type
    }

    /// A datagram; its checksum is left out, as UDP over IPv4 allows, and nobody here asks for that of IPv6.
    init(datagramTo destination: Endpoint, from source: UInt16) {
        let ports = [source, destination.port, 8 + GroundFrame.payloadBytes, 0].flatMap { GroundFrame.bytes(of: $0) }
        let datagram = ports + [UInt8](repeating: 7, count: Int(GroundFrame.payloadBytes))
        switch destination.address {
        case .v4:
            let length = GroundFrame.bytes(of: UInt16(20 + datagram.count))
            var header: [UInt8] = [0x45, 0] + length + [0, 0, 0, 0, 64, 17, 0, 0]
            header += GroundFrame.bytes(of: address(Ground.address4)) + GroundFrame.bytes(of: destination.address)
            let sum = stride(from: 0, to: 20, by: 2).reduce(UInt32(0)) {
                $0 + UInt32(header[$1]) << 8 + UInt32(header[$1 + 1])
            }
            let checksum = ~UInt16(truncatingIfNeeded: sum + sum >> 16)
            header.replaceSubrange(10..<12, with: GroundFrame.bytes(of: checksum))
            self.init(EtherType.ipv4, header + datagram)
        case .v6:
            let header: [UInt8] = [0x60, 0, 0, 0] + GroundFrame.bytes(of: UInt16(datagram.count)) + [17, 64]
            self.init(
                EtherType.ipv6,
                header + GroundFrame.bytes(of: address(Ground.address6)) + GroundFrame.bytes(of: destination.address)
                    + datagram)
        }
    }

    func declaring(_ type: UInt16) -> GroundFrame {
        var frame = self
        frame.declared = type
        return frame
    }

    func marked(_ mark: UInt32) -> GroundFrame {
        var frame = self
        frame.mark = mark
        return frame
    }

    /// Of Ethernet, without its checksum.
    private static let minimumBytes = 60
    private static let payloadBytes: UInt16 = 8

    private static func bytes(of number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] }

    private static func bytes(of address: IPAddress) -> [UInt8] { FieldValue(address).bytes }
}
