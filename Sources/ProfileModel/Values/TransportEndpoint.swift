package import NetworkTypes

/// An address and port with its transport, written `203.0.113.7:51820/udp`.
package struct TransportEndpoint: Hashable, Sendable {
    package let endpoint: Endpoint
    package let transport: TransportProtocol

    package init(endpoint: Endpoint, transport: TransportProtocol) {
        self.endpoint = endpoint
        self.transport = transport
    }
}

extension TransportEndpoint: CustomStringConvertible {
    package var description: String { "\(endpoint)/\(transport.rawValue)" }
}
