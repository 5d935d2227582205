internal import NetworkTypes

extension TestDestination {
    /// Reads `tcp 203.0.113.7:443`, `udp [2001:db8::1]:53` or `tcp chat.example.org:443`.
    package init(written text: String) throws(ValueProblem) {
        let example = "`tcp 203.0.113.7:443` or `udp example.org:53`"
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2, let transport = TransportProtocol(rawValue: parts[0]) else {
            throw ValueProblem(
                .badDestination, "`\(text)` does not start with `tcp` or `udp`", help: "write it like \(example)")
        }
        let (host, port) = try Endpoint.split(parts[1], example: example)
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

extension Expectation {
    /// Reads `stub`, `reject`, `drop` or `via PATH`.
    package init(written text: String) throws(ValueProblem) {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("stub", 1): self = .stub
        case ("reject", 1): self = .reject
        case ("drop", 1): self = .drop
        case ("via", 2): self = .via(words[1])
        default:
            throw ValueProblem(
                .badExpectation, "`\(text)` is not what can become of a packet",
                help: "write `stub`, `reject`, `drop` or `via PATH`")
        }
    }
}

extension Expectation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .stub: "stub"
        case .reject: "reject"
        case .drop: "drop"
        case .via(let path): "via \(path)"
        }
    }
}

extension Invariant.Exception {
    /// Reads `rule NAME` or `path NAME`.
    package init(written text: String) throws(ValueProblem) {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("rule", 2): self = .rule(words[1])
        case ("path", 2): self = .path(words[1])
        default:
            throw ValueProblem(
                .badExpectation, "`\(text)` does not name an exception", help: "write `rule NAME` or `path NAME`")
        }
    }
}
