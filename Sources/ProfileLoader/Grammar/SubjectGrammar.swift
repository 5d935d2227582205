internal import ProfileModel

/// The entries of `subjects`.
enum SubjectGrammar {
    static let units = Key(
        "units", SelectorGrammar.units, child: .fixed, example: "[app.service]", help: "systemd units")
    static let slices = Key(
        "slices", SelectorGrammar.slices, child: .fixed, example: "[app-browser.slice]", help: "systemd slices")
    static let users = Key("users", SelectorGrammar.users, child: .fixed, example: "[alice]", help: "users")
    static let groups = Key(
        "groups", SelectorGrammar.groups, child: .fixed, example: "[staff]", help: "effective groups")
    static let interfaces = Key(
        "interfaces", SelectorGrammar.interfaces, child: .fixed, example: "[docker0]", help: "interfaces of containers")
    static let exclusive = Key(
        "exclusive", .truth, child: .fixed, example: "true",
        help: "nothing of it may match rules for `any` or the default")
    static let isOpen = Key(
        "open", .truth, child: .narrower("`false`"), example: "true", help: "a child profile may redefine it")

    static let table = Form<[Subject]>.table(
        of: form, declares: .subject, reserved: [Subject.any, Subject.resolver, View.defaultName])

    private static let form = Form<Subject>.record(
        "a subject",
        [
            units.erased, slices.erased, users.erased, groups.erased, interfaces.erased, exclusive.erased,
            isOpen.erased,
        ]
    ) { fields, reading in
        let selectors = [units, slices, users, groups, interfaces]
        if !selectors.contains(where: fields.isWritten) {
            reading.report(
                .missingKey, "the subject `\(fields.key.value)` matches nobody", at: fields.key.range,
                help: "add one of `units`, `slices`, `users`, `groups` or `interfaces`")
        }
        for key in [units, slices, users, groups] where fields.isWritten(interfaces) {
            guard let range = fields.range(ofKey: key.name) else { continue }
            reading.report(
                .conflictingKeys, "`\(key.name)` cannot stand beside `interfaces`", at: range,
                help: "containers have rules of their own: write two subjects")
        }
        return Subject(
            name: fields.key, selectors: selectors.flatMap { fields[$0] ?? [] },
            isExclusive: fields[exclusive]?.value ?? false, isOpen: fields[isOpen]?.value ?? false)
    }
}
