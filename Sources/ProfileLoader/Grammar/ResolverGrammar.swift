internal import NetworkTypes
internal import ProfileModel

/// The `resolver` key.
enum ResolverGrammar {
    static let listen = Key(
        "listen", Form<[Located<Endpoint>]>.list(of: .endpoint, minimum: 1).checked(checkExposure),
        child: .narrower("some of them, and others on loopback"), example: "[\"127.0.0.53:53\"]",
        help: "where the machine's programs ask")
    static let user = Key(
        "user", .user, child: .fixed, example: "enigm-resolver", help: "the user that the resolver runs as")
    static let upstreams = Key(
        "upstreams", UpstreamGrammar.table, isMandatory: true,
        child: .within, example: "{ quad9: { tls: dns.quad9.net, addresses: [9.9.9.9] } }",
        help: "the encrypted resolvers")
    static let selection = Key(
        "selection", Form<Located<ResolverProfile.Selection>>.choice(), child: .free, example: "fastest",
        help: "which upstream is asked first")
    static let publicSuffixes = Key(
        "public-suffixes", .file, child: .free, example: "public_suffix_list.dat",
        help: "the list by which `sharded` tells which names belong together")
    static let cache = Key(
        "cache", CacheGrammar.form, child: .within, example: "{ entries: 20000 }", help: "how answers are kept")
    static let privacy = Key(
        "privacy", PrivacyGrammar.form, child: .within, example: "{ padding: 128 }", help: "what queries give away")
    static let rebinding = Key(
        "rebinding", Form<Located<ResolverProfile.Rebinding>>.choice(), child: .narrower("`block`"), example: "block",
        help: "whether public names may have private addresses")
    static let filters = Key(
        "filters", FilterGrammar.table, child: .within, example: "{ ads: { lists: [lists/ads.txt] } }",
        help: "lists of names that are blocked")
    static let hosts = Key(
        "hosts", HostGrammar.table, child: .fixed, example: "{ printer.lan.example: [192.168.1.20] }",
        help: "names answered from here"
    )
    static let views = Key(
        "views", ViewGrammar.table, child: .within, example: "{ default: { upstreams: [quad9] } }",
        help: "what each subject's queries get")
    static let gate = Key(
        "gate", GateGrammar.form, child: .within, example: "{ deadline: 50ms }", help: "how answers wait for the kernel"
    )

    static let isOpen = Key(
        "open", .truth, child: .narrower("`false`"), example: "true",
        help: "a child profile may redefine it, but for what has a mark of its own")

    static let form = Form<ResolverProfile>.record(
        "the resolver",
        [
            listen.erased, user.erased, upstreams.erased, selection.erased, publicSuffixes.erased, cache.erased,
            privacy.erased, rebinding.erased, filters.erased, hosts.erased, views.erased, gate.erased, isOpen.erased,
        ]
    ) { fields, reading in
        if !fields.isWritten(upstreams) { reading.giveUp(on: .upstream) }
        checkSuffixes(fields, &reading)
        return fields[upstreams].map { resolver($0, fields) }
    }

    private static func resolver(_ upstreams: [Upstream], _ fields: Fields) -> ResolverProfile {
        var resolver = ResolverProfile(upstreams: upstreams, range: fields.key.range)
        fields.assign(listen, to: &resolver.listen)
        fields.assign(user, to: &resolver.user)
        fields.assign(selection, to: &resolver.selection)
        resolver.publicSuffixes = fields[publicSuffixes]
        fields.assign(cache, to: &resolver.cache)
        fields.assign(privacy, to: &resolver.privacy)
        fields.assign(rebinding, to: &resolver.rebinding)
        fields.assign(filters, to: &resolver.filters)
        fields.assign(hosts, to: &resolver.hosts)
        fields.assign(gate, to: &resolver.gate)
        resolver.views = views(fields, upstreams)
        resolver.isOpen = fields[isOpen]?.value ?? false
        return resolver
    }

    /// Where no default view is written it has all upstreams and no filter.
    private static func views(_ fields: Fields, _ upstreams: [Upstream]) -> [View] {
        let written = fields[views] ?? []
        guard !written.contains(where: { $0.name.value == View.defaultName }) else { return written }
        let range = fields.key.range
        let standard = View(
            name: Located(View.defaultName, range), upstreams: upstreams.map(\.name), filters: [],
            port: Located(View.defaultPort, range), resolve: Located(.rules, range))
        return [standard] + written
    }

    /// A child that asks otherwise cannot take the key of its parent away.
    private static func checkSuffixes(_ fields: Fields, _ reading: inout ProfileReading) {
        guard let file = fields[publicSuffixes], fields[selection]?.value != .sharded else { return }
        reading.report(
            Diagnostic(
                .keyDoesNotApply, severity: .warning, "`public-suffixes` is only looked at with `selection: sharded`",
                at: file.range, help: "remove it, or write `selection: sharded`"))
    }

    private static func checkExposure(_ listeners: [Located<Endpoint>], _ reading: inout ProfileReading) {
        for listener in listeners where !listener.value.address.isLoopback {
            reading.report(
                Diagnostic(
                    .exposedListener, severity: .warning, "other machines can reach the listener `\(listener.value)`",
                    at: listener.range, help: "listen on a loopback address like `127.0.0.53:53`"))
        }
    }
}
