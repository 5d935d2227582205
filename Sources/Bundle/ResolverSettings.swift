package import NetworkTypes

/// The compiled `resolver` of a profile: every default filled in, every value in the unit that the resolver uses.
package struct ResolverSettings: Equatable, Sendable {
    /// More would be a mistake: a machine has a handful of loopback addresses.
    package static let maximumListeners = 64
    /// Health is tracked per upstream address.
    package static let maximumUpstreams = 64
    /// RFC 8467 section 4.1 recommends 128; RFC 7830 padding is at most a message.
    package static let maximumPaddingBlock = 4096

    /// Where the machine's programs ask, over UDP and TCP, in profile order.
    package var listeners: [Endpoint]
    /// The account that the profile expects the resolver to run as; unknown is `degraded`, never a failed start.
    package var user: String?
    /// Those that some view asks, in profile order; at least one.
    package var upstreams: [UpstreamSettings]
    /// What each subject's questions get, that of everybody first; at least one.
    package var views: [ViewSettings]
    /// Names that are answered as if they did not exist.
    package var blocked: [BlockedNames]
    package var hosts: [HostSettings]
    package var selection: UpstreamSelection
    /// The section with the public suffixes, by which names are dealt out; there where the selection is `sharded`.
    package var publicSuffixes: String?
    package var cache: CacheSettings
    /// Queries are padded to a multiple of this many bytes (RFC 8467); 0 sends no padding.
    package var paddingBlock: Int
    package var rebinding: RebindingPolicy

    package init(
        listeners: [Endpoint], user: String? = nil, upstreams: [UpstreamSettings],
        views: [ViewSettings]? = nil, blocked: [BlockedNames] = [], hosts: [HostSettings] = [],
        selection: UpstreamSelection = .fastest, publicSuffixes: String? = nil,
        cache: CacheSettings = CacheSettings(),
        paddingBlock: Int = 128,
        rebinding: RebindingPolicy = .block
    ) {
        self.listeners = listeners
        self.user = user
        self.upstreams = upstreams
        self.views = views ?? [ViewSettings(name: ViewSettings.everybody, port: 5300, upstreams: upstreams.map(\.name))]
        self.blocked = blocked
        self.hosts = hosts
        self.selection = selection
        self.publicSuffixes = publicSuffixes
        self.cache = cache
        self.paddingBlock = paddingBlock
        self.rebinding = rebinding
    }
}

/// Which of several upstreams a query goes to first.
package enum UpstreamSelection: String, Equatable, Sendable, CaseIterable {
    /// The first healthy one, in profile order.
    case ordered
    /// The healthy one that answers soonest.
    case fastest
    /// The healthy one whose share the name is in: always the same, while that one works.
    case sharded
}

/// What happens to private addresses in the answer for a public name.
package enum RebindingPolicy: String, Equatable, Sendable, CaseIterable {
    case block
    case allow
}
