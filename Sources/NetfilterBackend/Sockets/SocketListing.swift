internal import CNetfilter
internal import Glibc
internal import NetworkTypes

/// The conversation with the kernel about who listens where (sock_diag(7)); it needs no right.
package struct SocketListing: ~Copyable {
    private let socket: NetlinkSocket

    package init() throws(NetfilterFailure) { socket = try NetlinkSocket(.socketDiagnosis) }

    /// Who listens at a port, over UDP and TCP; the kernel looks through its listeners alone. None of a protocol that it
    /// cannot tell of.
    package func listeners(atPort port: UInt16) throws(NetfilterFailure) -> [ListeningSocket] {
        var found: [ListeningSocket] = []
        for (transport, number, state) in SocketListing.transports {
            for family in AddressFamily.allCases {
                let request = SocketListing.request(family, number, states: 1 << state, port: port)
                // A change that overtakes the list shows the next time.
                let messages = try socket.list(request, absences: [ENOENT, EOPNOTSUPP, EINVAL]) ?? []
                found += messages.compactMap { ListeningSocket(transport, $0.payload) }
            }
        }
        return found.filter { $0.port == port }
    }

    /// With the state in which one waits: TCP_LISTEN, and TCP_CLOSE for a datagram socket without a peer.
    private static let transports: [(TransportProtocol, UInt8, state: UInt32)] = [
        (.udp, UInt8(IPPROTO_UDP), 7), (.tcp, UInt8(IPPROTO_TCP), 10),
    ]
    /// SOCK_DIAG_BY_FAMILY.
    private static let byFamily: UInt16 = 20
    /// Of struct inet_diag_sockid.
    private static let identityBytes = 48

    /// struct inet_diag_req_v2: family, protocol, two unused bytes, states, and the port as part of an identity.
    private static func request(_ family: AddressFamily, _ number: UInt8, states: UInt32, port: UInt16) -> [UInt8] {
        var identity = [UInt8](repeating: 0, count: identityBytes)
        (identity[0], identity[1]) = (UInt8(port >> 8), UInt8(truncatingIfNeeded: port))
        let big = (0..<4).map { UInt8(truncatingIfNeeded: states >> (24 - 8 * $0)) }
        let header = [family.number, number, 0, 0] + (UInt16(1).littleEndian == 1 ? big.reversed() : big)
        var request = NetlinkMessages()
        request.begin(
            type: byFamily, flags: UInt16(NLM_F_REQUEST | NLM_F_DUMP), sequence: NetfilterConnection.requestSequence,
            header: header + identity)
        request.end()
        return request.bytes
    }
}

extension ListeningSocket {
    /// From a struct inet_diag_msg: family, state, two more bytes, the identity (ports, then addresses of sixteen bytes),
    /// three numbers, and the user.
    fileprivate init?(_ transport: TransportProtocol, _ payload: ArraySlice<UInt8>) {
        let bytes = Array(payload.prefix(72))
        guard bytes.count == 72, let family = AddressFamily(number: bytes[0]) else { return nil }
        // Sixteen bytes, of which IPv4 uses four.
        let groups = stride(from: 8, to: 24, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let address: IPAddress =
            family == .v4
            ? .v4(IPv4Address(bits: UInt32(bigEndian: bytes[8..<12]))) : .v6(IPv6Address(groups: groups))
        self.init(
            transport, address, port: UInt16(bytes[4]) << 8 | UInt16(bytes[5]), user: UInt32(hostOrder: bytes[64..<68]))
    }
}
