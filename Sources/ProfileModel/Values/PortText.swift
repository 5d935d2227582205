package import NetworkTypes

extension UInt16 {
    /// Reads a port: 1 to 65535.
    package init(writtenPort text: String) throws(ValueProblem) {
        guard let port = UInt16(strictDecimal: text.utf8), port > 0 else {
            throw ValueProblem(
                .badPort, "`\(text)` is not a port", help: "write a number from 1 to 65535, without leading zeros")
        }
        self = port
    }
}

extension PortRange {
    /// Reads `443/tcp` or `6000-6100/udp`.
    package init(written text: String) throws(ValueProblem) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let ports = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let lower = try UInt16(writtenPort: ports[0])
        let upper = ports.count == 2 ? try UInt16(writtenPort: ports[1]) : lower
        guard parts.count == 2 else {
            throw ValueProblem(
                .badPort, "`\(text)` does not say which transport", help: "write `\(text)/tcp` or `\(text)/udp`")
        }
        guard let transport = TransportProtocol(rawValue: parts[1]) else {
            throw ValueProblem(.badPort, "`\(parts[1])` is not a transport with ports", help: "write `/tcp` or `/udp`")
        }
        guard let range = PortRange(lower, upper, transport) else {
            throw ValueProblem(
                .badPort, "`\(text)` ends before it starts", help: "write `\(upper)-\(lower)/\(transport.rawValue)`")
        }
        self = range
    }
}
