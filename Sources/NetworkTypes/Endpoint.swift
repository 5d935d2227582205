/// An address and a port: one end of a UDP or TCP flow.
package struct Endpoint: Hashable, Sendable {
    package var address: IPAddress
    package var port: UInt16
    /// The interface index of a link-local IPv6 address; 0 for all others.
    package var scope: UInt32

    package init(address: IPAddress, port: UInt16, scope: UInt32 = 0) {
        self.address = address
        self.port = port
        self.scope = scope
    }

    package init?(_ text: String) { self.init(ascii: text.utf8Span.span) }

    /// `192.0.2.1:53` or `[2001:db8::1]:53`.
    package init?(ascii text: Span<UInt8>) {
        guard let colon = text.indices.last(where: { text[$0] == UInt8(ascii: ":") }),
            let port = UInt16(strictDecimal: text.extracting((colon + 1)..<text.count))
        else { return nil }
        if colon > 2, text[0] == UInt8(ascii: "["), text[colon - 1] == UInt8(ascii: "]") {
            guard let address = IPv6Address(ascii: text.extracting(1..<(colon - 1))) else { return nil }
            self.init(address: .v6(address), port: port)
        } else {
            guard let address = IPv4Address(ascii: text.extracting(0..<colon)) else { return nil }
            self.init(address: .v4(address), port: port)
        }
    }
}

extension Endpoint: CustomStringConvertible {
    package var description: String {
        switch address {
        case .v4(let address): "\(address):\(port)"
        case .v6(let address): "[\(address)]:\(port)"
        }
    }
}
