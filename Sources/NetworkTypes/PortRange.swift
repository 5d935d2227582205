/// One or more consecutive ports of a transport protocol, as a profile writes them: `443/tcp`, `6000-6100/udp`.
package struct PortRange: Hashable, Sendable {
    package let lower: UInt16
    package let upper: UInt16
    package let transport: TransportProtocol

    /// Nil when the range is empty or starts at 0.
    package init?(_ lower: UInt16, _ upper: UInt16, _ transport: TransportProtocol) {
        guard lower > 0, lower <= upper else { return nil }
        self.lower = lower
        self.upper = upper
        self.transport = transport
    }

    package init?(_ text: String) { self.init(ascii: text.utf8Span.span) }

    package init?(ascii text: Span<UInt8>) {
        let slash = text.firstIndex(of: UInt8(ascii: "/"))
        guard slash < text.count,
            let transport = TransportProtocol(ascii: text.extracting((slash + 1)..<text.count))
        else { return nil }
        let ports = text.extracting(0..<slash)
        let hyphen = ports.firstIndex(of: UInt8(ascii: "-"))
        guard let lower = UInt16(strictDecimal: ports.extracting(0..<hyphen)) else { return nil }
        guard hyphen < slash else {
            self.init(lower, lower, transport)
            return
        }
        guard let upper = UInt16(strictDecimal: ports.extracting((hyphen + 1)..<slash)) else { return nil }
        self.init(lower, upper, transport)
    }

    package func contains(_ port: UInt16) -> Bool { lower <= port && port <= upper }
}

extension PortRange: CustomStringConvertible {
    package var description: String {
        lower == upper ? "\(lower)/\(transport.rawValue)" : "\(lower)-\(upper)/\(transport.rawValue)"
    }
}
