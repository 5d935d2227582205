package import NetworkTypes

extension UInt16 {
    /// Reads a port: 1 to 65535.
    package init(writtenPort text: String) throws(ValueProblem) {
        guard let port = UInt16(strictDecimal: text), port > 0 else {
            throw ValueProblem(
                .badPort, "`\(text)` is not a port", help: "write a number from 1 to 65535, without leading zeros")
        }
        self = port
    }
}

extension PortRange {
    /// Reads `443/tcp` or `6000-6100/udp`.
    package init(written text: String) throws(ValueProblem) {
        guard let range = PortRange(text) else { throw PortRange.problem(text) }
        self = range
    }

    /// Why `text` is no range of ports.
    private static func problem(_ text: String) -> ValueProblem {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let ports = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if let slip = slip(parts) { return slip }
        do throws(ValueProblem) {
            for port in ports { _ = try UInt16(writtenPort: port) }
        } catch {
            return error
        }
        guard parts.count == 2 else {
            return ValueProblem(
                .badPort, "`\(text)` does not say which transport", help: "write `\(text)/tcp` or `\(text)/udp`")
        }
        guard TransportProtocol(rawValue: parts[1]) != nil else {
            return ValueProblem(.badPort, "`\(parts[1])` is not a transport with ports", help: "write `/tcp` or `/udp`")
        }
        return ValueProblem(
            .badPort, "`\(text)` ends before it starts",
            help: "write `\(ports.reversed().joined(separator: "-"))/\(parts[1])`")
    }

    /// What other programs' languages would have.
    private static func slip(_ parts: [String]) -> ValueProblem? {
        let whole = parts.joined(separator: "/")
        if parts.count == 2, TransportProtocol(rawValue: parts[0]) != nil {
            return ValueProblem(
                .badPort, "`\(whole)` has its transport before the port", help: "write `\(parts[1])/\(parts[0])`")
        }
        let bounds = parts[0].split(separator: ":", omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ UInt16($0) != nil }) else { return nil }
        let range = bounds.joined(separator: "-")
        return ValueProblem(
            .badPort, "`\(whole)` is not a range of ports",
            help: parts.count == 2 ? "write `\(range)/\(parts[1])`" : "write `\(range)/tcp` or `\(range)/udp`")
    }
}
