internal import ProfileModel

/// The `resolver.privacy` key.
enum PrivacyGrammar {
    static let padding = Key(
        "padding", Form<Located<Int>>.number(0...4_096, example: "128"), child: .narrower("a higher number"),
        example: "128",
        help: "queries are padded to multiples of this many bytes (RFC 8467)")
    static let clientSubnet = Key(
        "client-subnet", Form<Located<PrivacySettings.ClientSubnet>>.choice(), child: .narrower("`strip`"),
        example: "strip",
        help: "what becomes of client subnets in queries (RFC 7871)")
    static let cover = Key(
        "cover", Form<Located<Bool>>.word([("on", true), ("off", false)]), child: .narrower("`on`"),
        example: "off",
        help: "whether made-up queries hide the real ones")

    static let form = Form<PrivacySettings>.record(
        "privacy", [padding.erased, clientSubnet.erased, cover.erased]
    ) { fields, _ in
        var privacy = PrivacySettings(range: fields.key.range)
        fields.assign(padding, to: &privacy.padding)
        fields.assign(clientSubnet, to: &privacy.clientSubnet)
        fields.assign(cover, to: &privacy.cover)
        return privacy
    }
}
