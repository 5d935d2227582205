internal import ProfileModel

/// The `owner` of a path: one selector.
enum OwnerGrammar {
    static let user = Key("user", .user, child: .fixed, example: "debian-tor", help: "the user that runs it")
    static let group = Key("group", .group, child: .fixed, example: "proxy", help: "the effective group it runs with")
    static let unit = Key(
        "unit", SelectorGrammar.unitOrUsers, child: .fixed, example: "proxy.service", help: "the systemd unit it is")
    static let slice = Key(
        "slice", SelectorGrammar.sliceOrUsers, child: .fixed, example: "proxy.slice",
        help: "the systemd slice it runs in")

    static let form = Form<Located<Selector>>.record(
        "an owner", [user.erased, group.erased, unit.erased, slice.erased],
        exactlyOne: [["user", "group", "unit", "slice"]]
    ) { fields, _ in
        if let user = fields[user] { return user.map(Selector.user) }
        if let group = fields[group] { return group.map(Selector.group) }
        return fields[unit] ?? fields[slice]
    }
}
