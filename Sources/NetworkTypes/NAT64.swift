/// IPv6 addresses that stand for IPv4 ones (RFC 6052): a translator on the network (NAT64) takes to the IPv4 address what
/// is sent there. Of the lengths that a prefix may have this knows 96 bits, where the IPv4 address is what follows.
package enum NAT64 {
    /// 64:ff9b::/96: the same on every network.
    package static let wellKnown = IPPrefix(
        containing: .v6(IPv6Address(high: 0x0064_FF9B_0000_0000, low: 0)), length: prefixLength)
    /// 64:ff9b:1::/48 (RFC 8215): each network takes a prefix out of it, and says nowhere how long that is.
    package static let localUse = IPPrefix(
        containing: .v6(IPv6Address(high: 0x0064_FF9B_0001_0000, low: 0)), length: 48)

    package static let prefixLength = 96

    /// The addresses under `prefix` that stand for those of an IPv4 prefix.
    package static func form(of addresses: IPPrefix, under prefix: IPPrefix) -> IPPrefix {
        guard case .v4(let address) = addresses.address, case .v6(let translator) = prefix.address,
            prefix.length == prefixLength
        else { preconditionFailure("IPv4 addresses stand under an IPv6 prefix of 96 bits") }
        let form = IPv6Address(high: translator.high, low: translator.low | UInt64(address.bits))
        return IPPrefix(containing: .v6(form), length: prefixLength + addresses.length)
    }

    /// The IPv4 address that an address stands for, which is under one of these prefixes.
    package static func ipv4Address(of address: IPAddress, under prefixes: [IPPrefix]) -> IPv4Address? {
        guard case .v6(let form) = address, prefixes.contains(where: { $0.contains(address) }) else { return nil }
        return IPv4Address(bits: UInt32(truncatingIfNeeded: form.low))
    }
}
