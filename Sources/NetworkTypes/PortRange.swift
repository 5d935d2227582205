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

    package init?(_ text: some StringProtocol) {
        let halves = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count == 2, let transport = TransportProtocol(rawValue: String(halves[1])) else { return nil }
        let ports = halves[0].split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard ports.count <= 2, let lower = UInt16(strictDecimal: ports[0].utf8) else { return nil }
        guard ports.count == 2 else {
            self.init(lower, lower, transport)
            return
        }
        guard let upper = UInt16(strictDecimal: ports[1].utf8) else { return nil }
        self.init(lower, upper, transport)
    }

    package func contains(_ port: UInt16) -> Bool { lower <= port && port <= upper }
}

extension PortRange: CustomStringConvertible {
    package var description: String {
        lower == upper ? "\(lower)/\(transport.rawValue)" : "\(lower)-\(upper)/\(transport.rawValue)"
    }
}
