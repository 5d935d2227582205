package import NetworkTypes

/// A kind of ICMP message. A name means the message of both families, where both have it.
package struct ICMPMessage: Hashable, Sendable {
    /// Of ICMP (RFC 792); nil when IPv4 has no such message.
    package let ipv4: Kind?
    /// Of ICMPv6 (RFC 4443, RFC 4861); nil when IPv6 has no such message.
    package let ipv6: Kind?
    private let text: String

    /// A type and a code; without them all types, or all codes of the type.
    package struct Kind: Hashable, Sendable {
        package let type: UInt8?
        package let code: UInt8?

        package init(type: UInt8?, code: UInt8? = nil) {
            self.type = type
            self.code = code
        }
    }

    /// Reads `echo-request`, `any`, `ipv4 13` or `ipv6 1/4`.
    package init(written text: String) throws(ValueProblem) {
        self.text = text
        if let known = ICMPMessage.known.first(where: { $0.name == text }) {
            (ipv4, ipv6) = (known.ipv4, known.ipv6)
            return
        }
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 2, words[0] == "ipv4" || words[0] == "ipv6", let kind = Kind(written: words[1]) else {
            throw ValueProblem(
                .badICMP, "`\(text)` is not a kind of ICMP message",
                help: text == "ping"
                    ? "a ping is an `echo-request`"
                    : "write `ipv4 TYPE/CODE`, `ipv6 TYPE/CODE`, or one of "
                        + ICMPMessage.names.map { "`\($0)`" }.joined(separator: ", "))
        }
        (ipv4, ipv6) = words[0] == "ipv4" ? (kind, nil) : (nil, kind)
    }

    /// The message that has this type and code, by its name if it has one.
    package init(_ family: AddressFamily, type: UInt8, code: UInt8) {
        let known = ICMPMessage.known.first { message in
            let kind = family == .v4 ? message.ipv4 : message.ipv6
            return kind?.type == type && kind?.code ?? 0 == code
        }
        if let known {
            (ipv4, ipv6, text) = (known.ipv4, known.ipv6, known.name)
            return
        }
        let kind = Kind(type: type, code: code)
        (ipv4, ipv6) = family == .v4 ? (kind, nil) : (nil, kind)
        text = "\(family == .v4 ? "ipv4" : "ipv6") \(type)\(code == 0 ? "" : "/\(code)")"
    }

    /// Nil when the family has no such message.
    package func kind(_ family: AddressFamily) -> Kind? { family == .v4 ? ipv4 : ipv6 }

    package static let names = known.map(\.name)

    private static let known: [(name: String, ipv4: Kind?, ipv6: Kind?)] = [
        ("any", Kind(type: nil), Kind(type: nil)),
        ("echo-request", Kind(type: 8), Kind(type: 128)),
        ("echo-reply", Kind(type: 0), Kind(type: 129)),
        ("destination-unreachable", Kind(type: 3), Kind(type: 1)),
        ("packet-too-big", Kind(type: 3, code: 4), Kind(type: 2)),
        ("time-exceeded", Kind(type: 11), Kind(type: 3)),
        ("parameter-problem", Kind(type: 12), Kind(type: 4)),
        ("redirect", Kind(type: 5), Kind(type: 137)),
        ("router-advertisement", Kind(type: 9), Kind(type: 134)),
        ("router-solicitation", Kind(type: 10), Kind(type: 133)),
        ("timestamp-request", Kind(type: 13), nil),
        ("timestamp-reply", Kind(type: 14), nil),
    ]
}

extension ICMPMessage.Kind {
    /// Reads `13` or `3/4`.
    fileprivate init?(written text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let type = UInt8(strictDecimal: parts[0]) else { return nil }
        guard parts.count == 2 else {
            self.init(type: type)
            return
        }
        guard let code = UInt8(strictDecimal: parts[1]) else { return nil }
        self.init(type: type, code: code)
    }
}

extension ICMPMessage: CustomStringConvertible {
    package var description: String { text }
}
