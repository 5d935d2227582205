internal import NetworkTypes
internal import ProfileModel

/// The `to` of a rule.
enum DestinationGrammar {
    static let addresses = Key(
        "addresses", Form<[Located<IPPrefix>]>.list(of: .prefix, minimum: 1),
        example: "[192.168.1.20, \"2001:db8::/32\"]",
        help: "addresses and prefixes")
    static let names = Key(
        "names", Form<[Located<NamePattern>]>.list(of: .namePattern, minimum: 1), example: "[chat.example.org]",
        help: "the addresses that our resolver answered for these names; `*.x` does not include `x`")
    static let ports = Key(
        "ports", Form<[Located<PortRange>]>.list(of: .ports, minimum: 1), example: "[443/tcp]",
        help: "ports; every protocol when left out")

    static let form = Form<Rule.Destinations>.record(
        "a destination", [addresses.erased, names.erased, ports.erased]
    ) { fields, _ in
        Rule.Destinations(
            addresses: fields[addresses] ?? [], names: fields[names] ?? [], ports: fields[ports] ?? [])
    }
}
