internal import NetworkTypes
internal import ProfileModel

/// The `local` key.
enum LocalGrammar {
    static let dhcp = Key(
        "dhcp", .truth, child: .narrower("`false`"), example: "true",
        help: "whether the link may give this machine its address")
    static let icmpv6 = Key(
        "icmpv6", Form<Located<LocalTraffic.ICMPv6>>.choice(), child: .narrower("`essential`"), example: "essential",
        help: "which ICMPv6 passes (RFC 4890)")
    static let lan = Key(
        "lan", Form<Located<LocalTraffic.LAN>>.choice(), child: .narrower("`none`"), example: "none",
        help: "whether neighbours on the link are reached")
    static let inbound = Key(
        "inbound", Form<[Located<PortRange>]>.either(text: nothing, list: .list(of: .ports)),
        child: .narrower("some of them"), example: "none",
        help: "which ports are reached from outside")
    static let time = Key(
        "time", TimeGrammar.form, child: .within,
        example: "{ from: chrony.service, servers: [192.0.2.123], via: direct }",
        help: "who may set the clock before names work")
    static let nat64 = Key(
        "nat64", Form<[Located<IPPrefix>]>.list(of: translator), child: .fixed, example: "[\"2001:db8:64::/96\"]",
        help: "prefixes under which your networks translate IPv4, beside `64:ff9b::/96`")

    static let isOpen = Key(
        "open", .truth, child: .narrower("`false`"), example: "true", help: "a child profile may redefine it")

    static let form = Form<LocalTraffic>.record(
        "local traffic",
        [dhcp.erased, icmpv6.erased, lan.erased, inbound.erased, time.erased, nat64.erased, isOpen.erased]
    ) { fields, _ in
        var local = LocalTraffic(range: fields.key.range)
        fields.assign(dhcp, to: &local.dhcp)
        fields.assign(icmpv6, to: &local.icmpv6)
        fields.assign(lan, to: &local.lan)
        fields.assign(inbound, to: &local.inbound)
        local.time = fields[time]
        fields.assign(nat64, to: &local.nat64)
        local.isOpen = fields[isOpen]?.value ?? false
        return local
    }

    /// Other lengths (RFC 6052 section 2.2) have the IPv4 address in several pieces.
    private static let translator = Form<Located<IPPrefix>>.prefix.checked { prefix, reading in
        let kind = AddressClassification(prefix.value.address)
        let isTranslators = [.global, .privateUse, .uniqueLocal, .documentation].contains(kind)
        guard prefix.value != NAT64.wellKnown else { return }
        guard prefix.value.address.family == .v6, prefix.value.length == NAT64.prefixLength, isTranslators else {
            reading.report(
                .badPrefix, "`\(prefix.value)` is no prefix under which IPv4 is translated", at: prefix.range,
                help: "write an IPv6 prefix of \(NAT64.prefixLength) bits, like `2001:db8:64::/96`")
            return
        }
    }

    private static let nothing = Form<Located<Bool>>.word([("none", false)]).map { _ in [Located<PortRange>]() }
}
