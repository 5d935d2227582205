/// The transport protocols that a port belongs to.
package enum TransportProtocol: String, Hashable, Sendable, CaseIterable {
    case tcp
    case udp

    package init?(ascii text: Span<UInt8>) {
        guard let known = TransportProtocol.allCases.first(where: { text.holds($0.rawValue) }) else { return nil }
        self = known
    }
}
