internal import ProfileModel

/// The `owner` of a path: one selector.
enum OwnerGrammar {
    static let user = Key("user", .user, example: "debian-tor", help: "the user that runs it")
    static let group = Key("group", .group, example: "proxy", help: "the effective group it runs with")
    static let unit = Key("unit", .unit, example: "proxy.service", help: "the systemd unit it is")
    static let slice = Key("slice", .slice, example: "proxy.slice", help: "the systemd slice it runs in")

    static let form = Form<Located<Selector>>.record(
        "an owner", [user.erased, group.erased, unit.erased, slice.erased],
        exactlyOne: [["user", "group", "unit", "slice"]]
    ) { fields, _ in
        if let user = fields[user] { return user.map(Selector.user) }
        if let group = fields[group] { return group.map(Selector.group) }
        if let unit = fields[unit] { return unit.map { .unit($0, ofUser: nil) } }
        return fields[slice].map { slice in slice.map { .slice($0, ofUser: nil) } }
    }
}
