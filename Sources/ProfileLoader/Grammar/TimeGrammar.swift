internal import NetworkTypes
internal import ProfileModel

/// The `local.time` key.
enum TimeGrammar {
    static let from = Key(
        "from", .either(text: SelectorGrammar.systemUnit, mapping: sender), isMandatory: true, child: .fixed,
        example: "chrony.service", help: "the unit that sets the clock, or `{ user: NAME }`")
    static let servers = Key(
        "servers", Form<[Located<IPAddress>]>.list(of: .address, minimum: 1), isMandatory: true,
        child: .narrower("some of them"), example: "[192.0.2.123]",
        help: "the servers it asks")
    static let via = Key(
        "via", .reference(to: .path, builtIn: [Path.direct]), isMandatory: true, child: .narrower("a stricter path"),
        example: "direct",
        help: "how it reaches them")

    private static let user = Key(
        "user", .user, isMandatory: true, child: .fixed, example: "_chrony", help: "the user that runs it")

    private static let sender = Form<Located<Selector>>.record("a sender", [user.erased]) { fields, _ in
        fields[user].map { $0.map(Selector.user) }
    }

    static let form = Form<LocalTraffic.TimeService>.record(
        "a time service", [from.erased, servers.erased, via.erased]
    ) { fields, _ in
        guard let from = fields[from], let servers = fields[servers], let via = fields[via] else { return nil }
        return LocalTraffic.TimeService(from: from, servers: servers, via: via)
    }
}
