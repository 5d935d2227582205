/// What an address is for, by the IANA special-purpose registries (RFC 6890, RFC 4291) and what is embedded in it.
package enum AddressClassification: String, Hashable, Sendable, CaseIterable {
    /// Reachable over the Internet, or nothing that we know.
    case global
    /// 0.0.0.0/8 and ::: this host, on this network.
    case unspecified
    case loopback
    case linkLocal = "link-local"
    /// RFC 1918.
    case privateUse = "private-use"
    /// 100.64.0.0/10: between a provider and its customers (RFC 6598).
    case sharedSpace = "shared-space"
    /// fc00::/7 (RFC 4193), and fec0::/10, which it replaced.
    case uniqueLocal = "unique-local"
    /// 192.0.2.0/24 and its like, 2001:db8::/32, 3fff::/20 (RFC 5737, RFC 3849, RFC 9637).
    case documentation
    case multicast
    case broadcast

    /// Whether only machines near this one have such an address, so that a public name has no business giving it.
    /// Documentation prefixes are no such addresses: they lead nowhere.
    package var isPrivate: Bool {
        switch self {
        case .global, .documentation, .multicast: false
        case .unspecified, .loopback, .linkLocal, .privateUse, .sharedSpace, .uniqueLocal, .broadcast: true
        }
    }
}

extension AddressClassification {
    package init(_ address: IPAddress) {
        switch address {
        case .v4(let address): self.init(address)
        case .v6(let address): self.init(address)
        }
    }

    package init(_ address: IPv4Address) {
        let bits = address.bits
        switch bits >> 24 {
        case 0: self = .unspecified
        case 10: self = .privateUse
        case 127: self = .loopback
        case 100 where bits >> 22 == 0x6440_0000 >> 22: self = .sharedSpace
        case 169 where bits >> 16 == 0xA9FE: self = .linkLocal
        case 172 where bits >> 20 == 0xAC1: self = .privateUse
        case 192 where bits >> 16 == 0xC0A8: self = .privateUse
        case 192 where bits >> 8 == 0xC00002: self = .documentation
        case 198 where bits >> 8 == 0xC63364: self = .documentation
        case 203 where bits >> 8 == 0xCB0071: self = .documentation
        case 224...239: self = .multicast
        case 255 where bits == .max: self = .broadcast
        default: self = .global
        }
    }

    package init(_ address: IPv6Address) {
        if let embedded = address.embeddedIPv4 {
            self = AddressClassification(embedded)
            return
        }
        switch address.high >> 48 {
        case 0 where address == .unspecified: self = .unspecified
        case 0 where address == .loopback: self = .loopback
        case 0xFC00...0xFDFF, 0xFEC0...0xFEFF: self = .uniqueLocal
        case 0xFE80...0xFEBF: self = .linkLocal
        case 0xFF00...0xFFFF: self = .multicast
        case 0x2001 where address.high >> 32 == 0x2001_0DB8: self = .documentation
        case 0x3FFF where address.high >> 44 == 0x3FFF0: self = .documentation
        case 0x0064 where address.high >> 16 == 0x0064_FF9B_0001: self = .privateUse
        default: self = .global
        }
    }
}

extension IPv6Address {
    /// The IPv4 address that packets to this address reach in the end, when it is of a form that holds one:
    /// mapped and compatible (RFC 4291 section 2.5.5), NAT64 (RFC 6052 section 2.1), 6to4 (RFC 3056 section 2).
    /// ::, ::1 and the rest of ::/104 hold none.
    package var embeddedIPv4: IPv4Address? {
        let last = IPv4Address(bits: UInt32(truncatingIfNeeded: low))
        if high == 0, low >> 32 == 0xFFFF { return last }
        if high == 0, low >> 32 == 0, last.bits >> 24 != 0 { return last }
        if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return last }
        if high >> 48 == 0x2002 { return IPv4Address(bits: UInt32(truncatingIfNeeded: high >> 16)) }
        return nil
    }
}
