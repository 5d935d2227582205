package import NetworkTypes

/// Where a test's packet goes, and of which kind it is: `tcp chat.example.org:443`.
package struct TestDestination: Hashable, Sendable {
    package let service: Service
    package let host: Host

    package init(_ service: Service, host: Host) {
        self.service = service
        self.host = host
    }

    package enum Host: Hashable, Sendable {
        case address(IPAddress)
        case name(DomainName)
    }

    package enum Service: Hashable, Sendable {
        case port(TransportProtocol, UInt16)
        /// Of one type; the code is 0 where none is written.
        case icmp(ICMPMessage)
        case `protocol`(IPProtocol)
    }
}

extension TestDestination {
    private static let example = "`tcp 203.0.113.7:443`, `udp example.org:53` or `icmp echo-request 203.0.113.7`"

    /// Reads `tcp 203.0.113.7:443`, `udp [2001:db8::1]:53`, `tcp chat.example.org:443`, `icmp echo-request 203.0.113.7`
    /// or `protocol gre 203.0.113.7`.
    package init(written text: String) throws(ValueProblem) {
        let (kind, rest) = TestDestination.cut(text)
        switch kind {
        case "icmp", "protocol": try self.init(kind: kind, portless: rest, whole: text)
        default:
            guard !rest.isEmpty, let transport = TransportProtocol(rawValue: kind) else {
                throw ValueProblem(
                    .badDestination, "`\(text)` does not start with `tcp`, `udp`, `icmp` or `protocol`",
                    help: "write it like \(TestDestination.example)")
            }
            let (host, port) = try Endpoint.split(rest, example: TestDestination.example)
            let number = try UInt16(writtenPort: port)
            self.init(.port(transport, number), host: try Host(written: host))
        }
    }

    /// What stands between the kind and the address says which message or protocol.
    private init(kind: String, portless text: String, whole: String) throws(ValueProblem) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count >= 2, let last = words.last else {
            throw ValueProblem(
                .badDestination, "`\(whole)` is not \(kind == "icmp" ? "a message" : "a protocol") and an address",
                help: "write it like `icmp echo-request 203.0.113.7` or `protocol gre 203.0.113.7`")
        }
        let what = words.dropLast().joined(separator: " ")
        let host = try Host(written: last)
        guard kind == "icmp" else {
            self.init(.protocol(try IPProtocol(written: what)), host: host)
            return
        }
        let message = try ICMPMessage(written: what)
        guard message.ipv4?.type != nil || message.ipv6?.type != nil else {
            throw ValueProblem(
                .badDestination, "`\(what)` is every message, and a packet is one",
                help: "write which, like `icmp echo-request \(last)`")
        }
        if case .address(let address) = host, message.kind(address.family) == nil {
            throw ValueProblem(
                .badDestination, "\(address.family == .v4 ? "IPv4" : "IPv6") has no message `\(what)`",
                help: "write an address of the other family")
        }
        self.init(.icmp(message), host: host)
    }

    /// The first word, and what follows it.
    private static func cut(_ text: String) -> (String, String) {
        let first = text.utf8.prefix { $0 != UInt8(ascii: " ") }
        let rest = text.utf8.dropFirst(first.count).drop { $0 == UInt8(ascii: " ") }
        return (String(Substring(first)), String(Substring(rest)))
    }
}

extension TestDestination.Host {
    fileprivate init(written text: String) throws(ValueProblem) {
        if let address = IPAddress(text) {
            self = .address(address)
        } else if text.looksLikeName {
            self = .name(try DomainName(text))
        } else {
            throw ValueProblem(
                .badDestination, "`\(text)` is neither an address nor a name",
                help: "write it like `tcp 203.0.113.7:443` or `udp example.org:53`")
        }
    }
}

extension TestDestination: CustomStringConvertible {
    package var description: String {
        switch (service, host) {
        case (.port(let transport, let port), .address(let address)):
            "\(transport.rawValue) \(Endpoint(address: address, port: port))"
        case (.port(let transport, let port), .name(let name)): "\(transport.rawValue) \(name):\(port)"
        case (.icmp(let message), _): "icmp \(message) \(host)"
        case (.protocol(let number), _): "protocol \(number) \(host)"
        }
    }
}

extension TestDestination.Host: CustomStringConvertible {
    package var description: String {
        switch self {
        case .address(let address): "\(address)"
        case .name(let name): "\(name)"
        }
    }
}
