internal import NetworkTypes

/// The ports that nobody but the resolver reaches off the device: DNS (RFC 1035), DNS over TLS and QUIC (RFC 7858,
/// RFC 9250), multicast DNS (RFC 6762), LLMNR (RFC 4795), NetBIOS names and datagrams (RFC 1002).
enum NameResolutionPorts {
    static let ofBothTransports: [UInt16] = [53, 853, 5353, 5355, 137]
    static let ofUDP: [UInt16] = [138]

    static var all: [PortRange] {
        let both = ofBothTransports.flatMap { [PortRange($0, $0, .tcp), PortRange($0, $0, .udp)] }
        return (both + ofUDP.map { PortRange($0, $0, .udp) }).compactMap { $0 }
    }
}
