package import DNSWire
package import NetworkTypes

/// What a resolver is told by its bundle. Limits that protect the resolver are constants of the types they limit.
package struct ResolverConfiguration: Equatable, Sendable {
    /// In profile order; effects and snapshots name an upstream by its index here.
    package var upstreams: [UpstreamConfiguration]
    package var views: [ViewConfiguration]
    /// In every view; each view has its own besides.
    package var blocked: [BlockedScope]
    /// In every view that answers their names.
    package var hosts: [HostConfiguration]
    package var selection: UpstreamSelection
    /// Where the selection is `sharded`.
    package var sharding: Sharding?
    package var cache: CacheConfiguration
    /// Queries that leave are padded to a multiple of this many bytes (RFC 8467); 0 turns padding off.
    package var paddingBlock: Int
    package var rebinding: RebindingProtection

    /// Without `views` there is one for everybody, with all upstreams.
    package init(
        upstreams: [UpstreamConfiguration], views: [ViewConfiguration]? = nil, blocked: [BlockedScope] = [],
        hosts: [HostConfiguration] = [], selection: UpstreamSelection = .ordered,
        sharding: Sharding? = nil, cache: CacheConfiguration = CacheConfiguration(), paddingBlock: Int = 128,
        rebinding: RebindingProtection = .block
    ) {
        precondition(paddingBlock >= 0, "a padding block is a number of bytes")
        precondition((selection == .sharded) == (sharding != nil), "names are dealt out where they are to be")
        self.upstreams = upstreams
        self.views =
            views ?? [ViewConfiguration(identifier: ViewConfiguration.everybody, upstreams: Array(upstreams.indices))]
        self.blocked = blocked
        self.hosts = hosts
        self.selection = selection
        self.sharding = sharding
        self.cache = cache
        self.paddingBlock = min(paddingBlock, ResolverConfiguration.maximumPaddingBlock)
        self.rebinding = rebinding
    }

    /// What is answered to whom, by the identifiers of views: an answer that was kept under another scope may be none
    /// now.
    var scopes: [UInt16: Scope] {
        views.reduce(into: [:]) { scopes, view in
            let asked = view.upstreams.filter { upstreams.indices.contains($0) }
            scopes[view.identifier] = Scope(
                rebinding: rebinding, names: view.names, blocked: blocked + view.blocked,
                hosts: hosts, zones: asked.map { upstreams[$0].zones }.filter { !$0.isEmpty }
            )
        }
    }

    struct Scope: Equatable {
        let rebinding: RebindingProtection
        let names: NameScope?
        let blocked: [BlockedScope]
        let hosts: [HostConfiguration]
        /// Of the upstreams that have some.
        let zones: [[OwnedName]]
    }

    /// RFC 8467 recommends 128 for queries and 468 for answers; more only wastes the upstream's patience.
    package static let maximumPaddingBlock = 512
}

/// A name that is answered here, with these addresses and nothing else; none below it is.
package struct HostConfiguration: Equatable, Sendable {
    package var name: OwnedName
    package var addresses: [IPAddress]

    package init(name: OwnedName, addresses: [IPAddress]) {
        self.name = name
        self.addresses = addresses
    }
}

/// One upstream as far as choosing between upstreams needs to know it.
package struct UpstreamConfiguration: Equatable, Sendable {
    /// The profile's name for it, told to operators and, in extended errors, to clients.
    package var name: String
    /// Says whether this is still the same upstream after a reload: a digest of everything that identifies it.
    package var identity: [UInt8]
    /// The only names that it is asked for, with all below them; empty for all.
    package var zones: [OwnedName]
    /// Queries ask how long the connection may be idle (RFC 7828): over TLS, where DNS messages are all that is in the
    /// stream, and not over HTTPS.
    package var asksForIdleTime: Bool
    /// What it is asked through, for the words of failures.
    package var proxy: Endpoint?

    package init(
        name: String, identity: [UInt8] = [], zones: [OwnedName] = [], asksForIdleTime: Bool = false,
        proxy: Endpoint? = nil
    ) {
        self.name = name
        self.identity = identity
        self.zones = zones
        self.asksForIdleTime = asksForIdleTime
        self.proxy = proxy
    }
}

package enum UpstreamSelection: String, Equatable, Sendable {
    /// The first healthy one of the profile's list.
    case ordered
    /// The healthy one with the lowest smoothed round-trip time.
    case fastest
    /// The healthy one whose share the name is in, see ``Sharding``.
    case sharded
}

package enum RebindingProtection: String, Equatable, Sendable {
    /// An answer that gives a private address for a public name is withheld, all of it: the client gets NOERROR
    /// without records and extended error Blocked, as from a resolver that strips such addresses. Private is what
    /// `AddressClassification` says, also in service hints; names that are answered here are exempt.
    case block
    case allow
}

package struct CacheConfiguration: Equatable, Sendable {
    /// How many answers are kept at most; 0 turns the cache off.
    package var entries: Int
    /// Seconds; an answer with a shorter time to live is kept for this long. Zero time to live is never kept.
    package var minimumTTL: UInt32
    /// Seconds; an answer with a longer time to live is kept, and told, for this long only.
    package var maximumTTL: UInt32
    package var stale: StaleAnswers
    /// Whether popular answers are renewed in the last tenth of their lifetime.
    package var prefetch: Bool

    package init(
        entries: Int = 20_000, minimumTTL: UInt32 = 0, maximumTTL: UInt32 = 86_400,
        stale: StaleAnswers = StaleAnswers(), prefetch: Bool = true
    ) {
        precondition(entries >= 0 && minimumTTL <= maximumTTL, "the cache's bounds contradict each other")
        self.entries = min(entries, CacheConfiguration.maximumEntries)
        self.minimumTTL = minimumTTL
        self.maximumTTL = maximumTTL
        self.stale = stale
        self.prefetch = prefetch
    }

    /// Sixteen million answers of 160 bytes are 2.5 GiB: more than a stub's machine gives it.
    package static let maximumEntries = 1 << 24
}

/// Expired answers that are told when nobody answers in time (RFC 8767).
package struct StaleAnswers: Equatable, Sendable {
    /// Seconds after its end for which an answer is told; 0 for never.
    package var maximumAge: UInt32
    /// Nanoseconds that a client waits before it gets one: RFC 8767 section 5 recommends 1.8 seconds.
    package var delay: UInt64
    /// Seconds: the time to live that is told with it. RFC 8767 section 4 recommends 30.
    package var ttl: UInt32

    package init(maximumAge: UInt32 = 86_400, delay: UInt64 = 1_800_000_000, ttl: UInt32 = 30) {
        self.maximumAge = min(maximumAge, StaleAnswers.longestAge)
        self.delay = delay
        self.ttl = ttl
    }

    /// RFC 8767 section 5 suggests one to three days; a week is what an owner who insists gets.
    package static let longestAge: UInt32 = 604_800
}
