internal import NetworkTypes

/// An IP protocol that has neither ports nor ICMP types, by its number in the registry.
package struct IPProtocol: Hashable, Sendable {
    package let number: UInt8

    package init(number: UInt8) { self.number = number }

    /// Reads a name or a number.
    package init(written text: String) throws(ValueProblem) {
        if let help = IPProtocol.written(otherwise: text) {
            throw ValueProblem(.badProtocol, "the protocol `\(text)` has a key of its own", help: help)
        }
        guard let number = IPProtocol.numbers[text] ?? UInt8(strictDecimal: text) else {
            throw ValueProblem(
                .badProtocol, "`\(text)` is not an IP protocol",
                help: "write its number, or one of \(IPProtocol.names.map { "`\($0)`" }.joined(separator: ", "))")
        }
        self.number = number
    }

    package static let names = numbers.sorted { $0.value < $1.value }.map(\.key)

    private static let numbers: [String: UInt8] = [
        "igmp": 2, "ipip": 4, "6in4": 41, "gre": 47, "esp": 50, "ah": 51, "ospf": 89, "pim": 103, "vrrp": 112,
        "l2tp": 115, "sctp": 132, "udplite": 136, "hip": 139,
    ]

    /// What belongs under `ports` or `icmp`, and how.
    private static func written(otherwise text: String) -> String? {
        switch text {
        case "tcp", "6": "write `ports: [1-65535/tcp]`"
        case "udp", "17": "write `ports: [1-65535/udp]`"
        case "icmp", "icmpv6", "1", "58": "write `icmp: [any]`"
        default: nil
        }
    }
}

extension IPProtocol: CustomStringConvertible {
    package var description: String { IPProtocol.numbers.first { $0.value == number }?.key ?? "\(number)" }
}
