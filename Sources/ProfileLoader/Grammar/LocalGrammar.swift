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

    static let isOpen = Key(
        "open", .truth, child: .narrower("`false`"), example: "true", help: "a child profile may redefine it")

    static let form = Form<LocalTraffic>.record(
        "local traffic", [dhcp.erased, icmpv6.erased, lan.erased, inbound.erased, time.erased, isOpen.erased]
    ) { fields, _ in
        var local = LocalTraffic(range: fields.key.range)
        fields.assign(dhcp, to: &local.dhcp)
        fields.assign(icmpv6, to: &local.icmpv6)
        fields.assign(lan, to: &local.lan)
        fields.assign(inbound, to: &local.inbound)
        local.time = fields[time]
        local.isOpen = fields[isOpen]?.value ?? false
        return local
    }

    private static let nothing = Form<Located<Bool>>.word(["none": false], ["none"]).map { _ in [Located<PortRange>]() }
}
