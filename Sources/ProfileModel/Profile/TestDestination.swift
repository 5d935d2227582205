package import NetworkTypes

/// Where a test's packet goes: `tcp chat.example.org:443`.
package struct TestDestination: Hashable, Sendable {
    package let transport: TransportProtocol
    package let host: Host
    package let port: UInt16

    package init(transport: TransportProtocol, host: Host, port: UInt16) {
        self.transport = transport
        self.host = host
        self.port = port
    }

    package enum Host: Hashable, Sendable {
        case address(IPAddress)
        case name(DomainName)
    }
}

extension TestDestination {
    /// Reads `tcp 203.0.113.7:443`, `udp [2001:db8::1]:53` or `tcp chat.example.org:443`.
    package init(written text: String) throws(ValueProblem) {
        let example = "`tcp 203.0.113.7:443` or `udp example.org:53`"
        let transport = text.utf8.prefix { $0 != UInt8(ascii: " ") }
        let rest = text.utf8.dropFirst(transport.count).drop { $0 == UInt8(ascii: " ") }
        guard !rest.isEmpty, let transport = TransportProtocol(rawValue: String(Substring(transport))) else {
            throw ValueProblem(
                .badDestination, "`\(text)` does not start with `tcp` or `udp`", help: "write it like \(example)")
        }
        let (host, port) = try Endpoint.split(String(Substring(rest)), example: example)
        let portNumber = try UInt16(writtenPort: port)
        if let address = IPAddress(host) {
            self.init(transport: transport, host: .address(address), port: portNumber)
        } else if host.looksLikeName {
            self.init(transport: transport, host: .name(try DomainName(host)), port: portNumber)
        } else {
            throw ValueProblem(
                .badDestination, "`\(host)` is neither an address nor a name", help: "write it like \(example)")
        }
    }
}

extension TestDestination: CustomStringConvertible {
    package var description: String {
        switch host {
        case .address(let address): "\(transport.rawValue) \(Endpoint(address: address, port: port))"
        case .name(let name): "\(transport.rawValue) \(name):\(port)"
        }
    }
}
