/// An address of either family. Where a profile says "address", both families are meant.
package enum IPAddress: Hashable, Sendable {
    case v4(IPv4Address)
    case v6(IPv6Address)

    package init?(_ text: String) { self.init(ascii: text.utf8Span.span) }

    package init?(_ text: Substring) { self.init(ascii: text.utf8Span.span) }

    package init?(ascii text: Span<UInt8>) {
        if let address = IPv4Address(ascii: text) {
            self = .v4(address)
        } else if let address = IPv6Address(ascii: text) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    package var family: AddressFamily {
        switch self {
        case .v4: .v4
        case .v6: .v6
        }
    }

    package var isLoopback: Bool {
        switch self {
        case .v4(let address): address.bits >> 24 == 127
        case .v6(let address): address == .loopback || (address.mappedIPv4.map { $0.bits >> 24 == 127 } ?? false)
        }
    }
}

/// The two address families that this product knows.
package enum AddressFamily: String, Hashable, Sendable, CaseIterable {
    case v4 = "ipv4"
    case v6 = "ipv6"

    /// How many bits an address of this family has.
    package var bitWidth: Int { self == .v4 ? 32 : 128 }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by number.
    package static func < (left: IPAddress, right: IPAddress) -> Bool {
        switch (left, right) {
        case (.v4(let left), .v4(let right)): left < right
        case (.v6(let left), .v6(let right)): left < right
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }
}
