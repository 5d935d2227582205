internal import ProfileModel

/// How senders are recognised: units and slices of the system manager, or of one user's own.
enum SelectorGrammar {
    static let user = Key(
        "user", .user, isMandatory: true, child: .fixed, example: "alice", help: "whose manager runs it")
    static let unit = Key(
        "unit", .unit, isMandatory: true, child: .fixed, example: "app.service", help: "the unit's full name")
    static let slice = Key(
        "slice", .slice, isMandatory: true, child: .fixed, example: "app.slice", help: "the slice's full name")

    static let units = Form<[Located<Selector>]>.list(of: unitOrUsers, minimum: 1)
    static let slices = Form<[Located<Selector>]>.list(of: sliceOrUsers, minimum: 1)
    static let users = Form<[Located<Selector>]>.list(
        of: Form<Located<String>>.user.asSelector(Selector.user), minimum: 1)
    static let groups = Form<[Located<Selector>]>.list(
        of: Form<Located<String>>.group.asSelector(Selector.group), minimum: 1)
    static let interfaces = Form<[Located<Selector>]>.list(
        of: Form<Located<String>>.interface.asSelector(Selector.interface), minimum: 1)

    static let unitOrUsers = Form<Located<Selector>>.either(text: systemUnit, mapping: usersUnit)
    static let sliceOrUsers = Form<Located<Selector>>.either(text: systemSlice, mapping: usersSlice)

    static let systemUnit = Form<Located<String>>.unit.asSelector { .unit($0, ofUser: nil) }
    private static let systemSlice = Form<Located<String>>.slice.asSelector { .slice($0, ofUser: nil) }

    private static let usersUnit = Form<Located<Selector>>.record("a user's unit", [user.erased, unit.erased]) {
        fields, _ in
        guard let user = fields[user], let unit = fields[unit] else { return nil }
        return Located(.unit(unit.value, ofUser: user.value), unit.range)
    }

    private static let usersSlice = Form<Located<Selector>>.record("a user's slice", [user.erased, slice.erased]) {
        fields, _ in
        guard let user = fields[user], let slice = fields[slice] else { return nil }
        return Located(.slice(slice.value, ofUser: user.value), slice.range)
    }
}

extension Form where Value == Located<String> {
    /// The same text as a selector.
    func asSelector(_ kind: @escaping @Sendable (String) -> Selector) -> Form<Located<Selector>> {
        map { $0.map(kind) }
    }
}
