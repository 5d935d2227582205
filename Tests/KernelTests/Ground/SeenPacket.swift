import NetworkTypes

/// A packet as a wire shows it.
struct SeenPacket: Hashable, Sendable, CustomStringConvertible {
    var device: String
    var source: IPAddress
    var destination: IPAddress
    /// The IP protocol number.
    var protocolNumber: UInt8
    /// Of TCP and UDP; for ICMP the type stands in `destinationPort`.
    var sourcePort: UInt16 = 0
    var destinationPort: UInt16 = 0

    /// Nil for what is not IP.
    init?(_ frame: ArraySlice<UInt8>, device: String) {
        let frame = Array(frame)
        guard frame.count >= 34 else { return nil }
        self.device = device
        let payload: Int
        switch UInt16(frame[12]) << 8 | UInt16(frame[13]) {
        case 0x0800:
            source = IPAddress(bytes: frame[26..<30])
            destination = IPAddress(bytes: frame[30..<34])
            protocolNumber = frame[23]
            payload = 14 + Int(frame[14] & 15) * 4
        case 0x86DD where frame.count >= 54:
            source = IPAddress(bytes: frame[22..<38])
            destination = IPAddress(bytes: frame[38..<54])
            // Multicast listener reports stand behind a hop-by-hop header.
            protocolNumber = frame[20] == 0 ? frame[54] : frame[20]
            payload = frame[20] == 0 ? 62 : 54
        default: return nil
        }
        let word = { frame.count >= $0 + 2 ? UInt16(frame[$0]) << 8 | UInt16(frame[$0 + 1]) : 0 }
        switch protocolNumber {
        case 6, 17: (sourcePort, destinationPort) = (word(payload), word(payload + 2))
        case 1, 58: destinationPort = word(payload) >> 8
        default: break
        }
    }

    /// Neighbour discovery and multicast listeners: the link's own noise.
    var isLinkNoise: Bool {
        protocolNumber == 58 && [130, 131, 132, 133, 134, 135, 136, 143].contains(destinationPort)
    }

    /// Whether it has an address of the device that it left by.
    var isOfItsDevice: Bool {
        let own =
            device == Ground.device
            ? [Ground.address4, Ground.address6] : [Ground.tunnelAddress4, Ground.tunnelAddress6]
        let isOfLink = if case .v6(let address) = source { address.high >> 54 == 0xFE80 >> 6 } else { false }
        return isOfLink || own.contains { IPAddress($0) == source }
    }

    var description: String {
        "\(device): \(source) port \(sourcePort) to \(destination) port \(destinationPort), protocol \(protocolNumber)"
    }
}

extension IPAddress {
    init(bytes: ArraySlice<UInt8>) {
        let number = { (bytes: ArraySlice<UInt8>) in bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        self =
            bytes.count == 4
            ? .v4(IPv4Address(bits: UInt32(number(bytes))))
            : .v6(IPv6Address(high: number(bytes.prefix(8)), low: number(bytes.suffix(8))))
    }
}
