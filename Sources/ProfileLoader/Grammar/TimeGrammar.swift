internal import NetworkTypes
internal import ProfileModel

/// The `local.time` key.
enum TimeGrammar {
    static let from = Key(
        "from", .unit, isMandatory: true, child: .fixed, example: "chrony.service", help: "the unit that sets the clock"
    )
    static let servers = Key(
        "servers", Form<[Located<IPAddress>]>.list(of: .address, minimum: 1), isMandatory: true,
        child: .narrower("some of them"), example: "[192.0.2.123]",
        help: "the servers it asks")
    static let via = Key(
        "via", .reference(to: .path, builtIn: [Path.direct]), isMandatory: true, child: .narrower("a stricter path"),
        example: "direct",
        help: "how it reaches them")

    static let form = Form<LocalTraffic.TimeService>.record(
        "a time service", [from.erased, servers.erased, via.erased]
    ) { fields, _ in
        guard let unit = fields[from], let servers = fields[servers], let via = fields[via] else { return nil }
        return LocalTraffic.TimeService(unit: unit, servers: servers, via: via)
    }
}
