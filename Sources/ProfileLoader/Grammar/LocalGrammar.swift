internal import NetworkTypes
internal import ProfileModel

/// The `local` key.
enum LocalGrammar {
    static let dhcp = Key("dhcp", .truth, example: "true", help: "whether the link may give this machine its address")
    static let icmpv6 = Key(
        "icmpv6", Form<Located<LocalTraffic.ICMPv6>>.choice(), example: "essential",
        help: "which ICMPv6 passes (RFC 4890)")
    static let lan = Key(
        "lan", Form<Located<LocalTraffic.LAN>>.choice(), example: "none",
        help: "whether neighbours on the link are reached")
    static let inbound = Key(
        "inbound", Form<[Located<PortRange>]>.either(text: nothing, list: .list(of: .ports)), example: "none",
        help: "which ports are reached from outside")
    static let time = Key(
        "time", TimeGrammar.form, example: "{ from: chrony.service, servers: [192.0.2.123], via: direct }",
        help: "who may set the clock before names work")

    static let form = Form<LocalTraffic>.record(
        "local traffic", [dhcp.erased, icmpv6.erased, lan.erased, inbound.erased, time.erased]
    ) { fields, _ in
        var local = LocalTraffic(range: fields.key.range)
        fields.assign(dhcp, to: &local.dhcp)
        fields.assign(icmpv6, to: &local.icmpv6)
        fields.assign(lan, to: &local.lan)
        fields.assign(inbound, to: &local.inbound)
        local.time = fields[time]
        return local
    }

    private static let nothing = Form<Located<Bool>>.word(["none": false], ["none"]).map { _ in [Located<PortRange>]() }
}

/// The `local.time` key.
enum TimeGrammar {
    static let from = Key(
        "from", .unit, isMandatory: true, example: "chrony.service", help: "the unit that sets the clock")
    static let servers = Key(
        "servers", Form<[Located<IPAddress>]>.list(of: .address, minimum: 1), isMandatory: true,
        example: "[192.0.2.123]",
        help: "the servers it asks")
    static let via = Key(
        "via", .reference(to: .path, builtIn: [Path.direct]), isMandatory: true, example: "direct",
        help: "how it reaches them")

    static let form = Form<LocalTraffic.TimeService>.record(
        "a time service", [from.erased, servers.erased, via.erased]
    ) { fields, _ in
        guard let unit = fields[from], let servers = fields[servers], let via = fields[via] else { return nil }
        return LocalTraffic.TimeService(unit: unit, servers: servers, via: via)
    }
}

/// The `on-block` key.
enum BlockedGrammar {
    static let answer = Key(
        "answer", Form<Located<BlockedTraffic.Answer>>.choice(), example: "reject", help: "an error at once, or silence"
    )
    static let log = Key(
        "log", LogGrammar.form, example: "{ rate: 6/minute }", help: "whether blocked traffic is logged")

    static let form = Form<BlockedTraffic>.record("on-block", [answer.erased, log.erased]) { fields, _ in
        var blocked = BlockedTraffic(range: fields.key.range)
        fields.assign(answer, to: &blocked.answer)
        fields.assign(log, to: &blocked.log)
        return blocked
    }
}

/// The `portal` key.
enum PortalGrammar {
    static let subject = Key(
        "subject", .reference(to: .subject), isMandatory: true, example: "portal-browser", help: "who may pass")
    static let ports = Key(
        "ports", Form<[Located<PortRange>]>.list(of: .ports, minimum: 1), isMandatory: true,
        example: "[80/tcp, 443/tcp]",
        help: "to which ports")
    static let minutes = Key(
        "minutes", Form<Located<Int>>.number(1...60, example: "10"), isMandatory: true, example: "10",
        help: "for how long; it closes by itself")

    static let form = Form<Portal>.record(
        "a portal", [subject.erased, ports.erased, minutes.erased]
    ) { fields, _ in
        guard let subject = fields[subject], let ports = fields[ports], let minutes = fields[minutes] else {
            return nil
        }
        return Portal(subject: subject, ports: ports, minutes: minutes)
    }
}
