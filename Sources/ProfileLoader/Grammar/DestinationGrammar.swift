internal import NetworkTypes
internal import ProfileModel

/// The `to` of a rule.
enum DestinationGrammar {
    static let addresses = Key(
        "addresses", Form<[Located<IPPrefix>]>.list(of: .prefix, minimum: 1),
        child: .narrower("some of them; of a rule that blocks, more of them"),
        example: "[192.168.1.20, \"2001:db8::/32\"]", help: "addresses and prefixes")
    static let lists = Key(
        "lists", Form<[Located<String>]>.list(of: .file, minimum: 1),
        child: .narrower("some of them; of a rule that blocks, more of them"), example: "[lists/cdn.txt]",
        help: "files with addresses and prefixes, one a line, relative to the profile")
    static let names = Key(
        "names", Form<[Located<NamePattern>]>.list(of: .namePattern, minimum: 1),
        child: .narrower("some of them; of a rule that blocks, more of them"), example: "[chat.example.org]",
        help: "the addresses that our resolver answered for these names; `*.x` does not include `x`")
    static let ports = Key(
        "ports", Form<[Located<PortRange>]>.list(of: .ports, minimum: 1),
        child: .narrower("some of them; of a rule that blocks, more of them"), example: "[443/tcp]",
        help: "ports of TCP and UDP")
    static let protocols = Key(
        "protocols",
        Form<[Located<IPProtocol>]>.list(
            of: .scalar(
                "an IP protocol", example: "gre", .numberLike(WrittenPattern.protocol), parse: IPProtocol.init(written:)
            ),
            minimum: 1),
        child: .narrower("some of them; of a rule that blocks, more of them"), example: "[gre, esp]",
        help: "IP protocols without ports, by name or number")
    static let icmp = Key(
        "icmp",
        Form<[Located<ICMPMessage>]>.list(
            of: .scalar(
                "a kind of ICMP message", example: "echo-request", .pattern(WrittenPattern.icmp),
                parse: ICMPMessage.init(written:)),
            minimum: 1),
        child: .narrower("some of them; of a rule that blocks, more of them"), example: "[echo-request]",
        help: "kinds of ICMP and ICMPv6 messages")

    static let form = Form<Rule.Destinations>.record(
        "a destination",
        [addresses.erased, lists.erased, names.erased, ports.erased, protocols.erased, icmp.erased]
    ) { fields, reading in
        let lists = fields[lists] ?? []
        return Rule.Destinations(
            addresses: (fields[addresses] ?? []) + lists.flatMap { reading.addresses(in: $0) }, lists: lists,
            names: fields[names] ?? [],
            ports: fields[ports] ?? [], protocols: fields[protocols] ?? [], icmp: fields[icmp] ?? [])
    }
}
