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

    /// `192.0.2.1:53` or `[2001:db8::1]:53`.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(strictDecimal: text[text.index(after: colon)...].utf8)
        else { return nil }
        let host = text[..<colon]
        if host.first == "[", host.last == "]", host.count > 2 {
            guard let address = IPv6Address(host.dropFirst().dropLast()) else { return nil }
            self.init(address: .v6(address), port: port)
        } else {
            guard let address = IPv4Address(host) else { return nil }
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
