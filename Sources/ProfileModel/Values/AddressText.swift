package import NetworkTypes

extension IPAddress {
    /// Reads an address as a profile writes it, and says what it is when it is none.
    package init(written text: String) throws(ValueProblem) {
        guard let address = IPAddress(text) else { throw IPAddress.problem(text) }
        self = address
    }

    /// Why `text` is no address.
    static func problem(_ text: String) -> ValueProblem {
        let example = "write addresses like `9.9.9.9` or `2620:fe::fe`"
        if text.looksLikeName {
            return ValueProblem(
                .nameInsteadOfAddress, "`\(text)` is a name; an address belongs here",
                help: "\(example); this place is never resolved")
        }
        if IPPrefix(text) != nil { return ValueProblem(.badAddress, "`\(text)` is a prefix; one address belongs here") }
        if let endpoint = Endpoint(text) {
            return ValueProblem(
                .badAddress, "`\(text)` has a port; an address alone belongs here", help: "write `\(endpoint.address)`")
        }
        if let decimal = withoutLeadingZeros(text) {
            return ValueProblem(
                .badAddress, "`\(text)` has leading zeros, which some programs read as octal",
                help: "write `\(decimal)`")
        }
        return ValueProblem(.badAddress, "`\(text)` is not an IPv4 or IPv6 address", help: example)
    }

    private static func withoutLeadingZeros(_ text: String) -> IPAddress? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let trimmed = parts.map { $0.count > 1 ? $0.prefix($0.count - 1).drop { $0 == "0" } + $0.suffix(1) : $0 }
        return IPv4Address(trimmed.joined(separator: ".")).map(IPAddress.v4)
    }
}

extension IPPrefix {
    /// Reads `address/length` or an address alone.
    package init(written text: String) throws(ValueProblem) {
        if let prefix = IPPrefix(text) {
            self = prefix
            return
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let address = IPAddress(parts[0]) else { throw IPPrefix.addressProblem(parts[0]) }
        throw IPPrefix.lengthProblem(address, parts.count == 2 ? parts[1] : "", text)
    }

    private static func addressProblem(_ text: String) -> ValueProblem {
        let problem = IPAddress.problem(text)
        guard problem.code == .nameInsteadOfAddress else {
            return ValueProblem(
                .badPrefix, problem.message, help: "write `192.0.2.0/24`, `2001:db8::/32` or an address")
        }
        return ValueProblem(problem.code, problem.message, help: "a rule has its names under `names`")
    }

    private static func lengthProblem(_ address: IPAddress, _ length: String, _ text: String) -> ValueProblem {
        let width = address.family.bitWidth
        guard let length = Int(strictDecimal: length), length <= width else {
            return ValueProblem(
                .badPrefix, "`\(length)` is not the length of a prefix of `\(address)`",
                help: "write a number from 0 to \(width) after the `/`")
        }
        let network = IPPrefix(containing: address, length: length)
        return ValueProblem(
            .hostBitsSet, "`\(text)` has bits set beyond its first \(length)",
            help: "write `\(network)` for the network, or `\(address)` for the one address")
    }
}

extension Endpoint {
    /// Reads `address:port`, an IPv6 address in brackets.
    package init(written text: String) throws(ValueProblem) {
        let (host, port) = try Endpoint.split(text, example: "`127.0.0.53:53` or `[::1]:53`")
        self.init(address: try IPAddress(written: host), port: try UInt16(writtenPort: port))
    }

    /// Cuts at the colon before the port; takes the brackets off.
    static func split(_ text: String, example: String) throws(ValueProblem) -> (host: String, port: String) {
        let help = "write it like \(example)"
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else {
            let missing = UInt16(text) == nil ? "port" : "address"
            throw ValueProblem(.badEndpoint, "`\(text)` has no \(missing)", help: help)
        }
        let host = text.utf8[..<colon]
        let port = String(Substring(text.utf8[colon...].dropFirst()))
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]"), host.count > 2 {
            return (String(Substring(host.dropFirst().dropLast())), port)
        }
        if host.contains(where: { [UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: "]")].contains($0) }) {
            let whole = IPv6Address(text) != nil
            throw ValueProblem(
                .badEndpoint, whole ? "`\(text)` has no port" : "the IPv6 address of `\(text)` needs brackets",
                help: help)
        }
        return (String(Substring(host)), port)
    }
}

extension TransportEndpoint {
    /// Reads `address:port/udp`.
    package init(written text: String) throws(ValueProblem) {
        let example = "`203.0.113.7:51820/udp`"
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let transport = TransportProtocol(rawValue: parts[1]) else {
            throw ValueProblem(
                .badEndpoint, "`\(text)` does not end with its transport", help: "write it like \(example)")
        }
        self.init(endpoint: try Endpoint(written: parts[0]), transport: transport)
    }
}

extension String {
    /// A domain name that is not a number or four: `dns.example.net`, `localhost`.
    var looksLikeName: Bool {
        guard let name = try? DomainName(self) else { return false }
        let last = name.text.utf8.reversed().prefix { $0 != UInt8(ascii: ".") }
        return last.contains { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
    }
}
