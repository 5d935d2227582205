internal import NetworkTypes
internal import ProfileModel

/// The entries of `resolver.upstreams`.
enum UpstreamGrammar {
    static let tls = Key(
        "tls", .domainName, child: .fixed, example: "dns.example.net",
        help: "DNS over TLS; the name its certificate shows")
    static let https = Key(
        "https",
        Form<Located<HTTPSLocation>>.scalar(
            "a URL", example: "https://dns.example.net/dns-query", .pattern(WrittenPattern.url),
            parse: HTTPSLocation.init(written:)),
        child: .fixed, example: "\"https://dns.example.net/dns-query\"", help: "DNS over HTTPS; where it is asked")
    static let addresses = Key(
        "addresses", Form<[Located<IPAddress>]>.list(of: .address, minimum: 1), isMandatory: true,
        child: .narrower("some of them"), example: "[9.9.9.9, \"2620:fe::fe\"]",
        help: "where it is reached; its name is never resolved")
    static let port = Key(
        "port", .port, child: .fixed, example: "853", help: "853 for TLS and the URL's for HTTPS when left out")
    static let pins = Key(
        "pins",
        Form<[Located<[UInt8]>]>.list(
            of: .scalar("a pin", example: "sha256:BASE64", .pattern(WrittenPattern.pin), parse: PublicKeyPin.read),
            minimum: 1),
        child: .narrower("some of them, or the first"), example: "[\"sha256:BASE64\"]",
        help: "the only public keys that are accepted")
    static let authority = Key(
        "ca", .file, child: .fixed, example: "company-ca.pem", help: "the only authority that is trusted, as PEM")
    static let zones = Key(
        "zones", Form<[Located<DomainName>]>.list(of: .domainName, minimum: 1), child: .fixed,
        example: "[corp.example]",
        help: "the only names it is asked for, with all below them")
    static let path = Key(
        "path", .reference(to: .path, builtIn: [Path.direct]), child: .narrower("a stricter path"), example: "vpn",
        help: "how queries leave; the default's path when left out")
    static let isOpen = Key(
        "open", .truth, child: .narrower("`false`"), example: "true", help: "a child profile may redefine it")

    static let table = Form<[Upstream]>.table(of: form, declares: .upstream, minimum: 1)

    private static let form = Form<Upstream>.record(
        "an upstream",
        [
            tls.erased, https.erased, addresses.erased, port.erased, pins.erased, authority.erased, zones.erased,
            path.erased, isOpen.erased,
        ],
        exactlyOne: [["tls", "https"]]
    ) { fields, reading in
        checkPort(fields, &reading)
        guard let service = service(fields), let addresses = fields[addresses] else { return nil }
        return Upstream(
            name: fields.key, service: service, addresses: addresses, port: fields[port], pins: fields[pins] ?? [],
            certificateAuthority: fields[authority], zones: fields[zones] ?? [], path: fields[path],
            isOpen: fields[isOpen]?.value ?? false)
    }

    private static func service(_ fields: Fields) -> Upstream.Service? {
        if let name = fields[tls] { return .tls(name) }
        return fields[https].map(Upstream.Service.https)
    }

    private static func checkPort(_ fields: Fields, _ reading: inout ProfileReading) {
        guard let port = fields[port], let location = fields[https], let other = location.value.port,
            other != port.value
        else { return }
        reading.report(
            .conflictingKeys, "the port \(port.value) is not that of the URL, \(other)", at: port.range,
            notes: [Diagnostic.Note("the URL is written here", at: location.range)], help: "remove `port`")
    }
}
