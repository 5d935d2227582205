/// The transport protocols that a port belongs to.
package enum TransportProtocol: String, Hashable, Sendable, CaseIterable {
    case tcp
    case udp
}
