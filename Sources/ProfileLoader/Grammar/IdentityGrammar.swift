internal import ProfileModel

/// The `profile` key.
enum IdentityGrammar {
    static let name = Key(
        "name", .name, isMandatory: true, child: .own, example: "office", help: "what the profile is called")
    static let version = Key(
        "version", Form<Located<UInt64>>.number(1...UInt64(Int64.max), example: "1"), isMandatory: true, child: .own,
        example: "1",
        help: "grows with every change; a daemon refuses to go back")
    static let description = Key(
        "description", .prose, child: .own, example: "Travel laptop", help: "one line for people")

    static let form = Form<ProfileIdentity>.record(
        "a profile's identity", [name.erased, version.erased, description.erased]
    ) { fields, _ in
        guard let name = fields[name], let version = fields[version] else { return nil }
        return ProfileIdentity(name: name, version: version, description: fields[description])
    }
}
