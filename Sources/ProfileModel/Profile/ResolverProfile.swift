package import NetworkTypes

/// The `resolver` key: who answers names, and how.
package struct ResolverProfile: Sendable, Equatable {
    package var listen: [Located<Endpoint>]
    package var user: Located<String>
    /// In the order of the profile.
    package var upstreams: [Upstream]
    package var selection: Located<Selection>
    /// The file with the list of public suffixes; nil for the system's.
    package var publicSuffixes: Located<String>?
    package var cache: CacheSettings
    package var privacy: PrivacySettings
    package var rebinding: Located<Rebinding>
    package var filters: [Filter]
    package var hosts: [HostEntry]
    /// Always has one named `default`.
    package var views: [View]
    package var gate: GateSettings
    /// Whether a child profile may redefine it, and add to it.
    package var isOpen = false
    /// Where the `resolver` key stands.
    package var range: SourceRange

    /// All keys but the upstreams left out.
    package init(upstreams: [Upstream], range: SourceRange) {
        let stub = Endpoint(address: .v4(IPv4Address(127, 0, 0, 53)), port: 53)
        listen = [Located(stub, range)]
        user = Located("enigm-resolver", range)
        self.upstreams = upstreams
        selection = Located(.fastest, range)
        cache = CacheSettings(range: range)
        privacy = PrivacySettings(range: range)
        rebinding = Located(.block, range)
        filters = []
        hosts = []
        views = []
        gate = GateSettings(range: range)
        self.range = range
    }

    package enum Selection: String, Sendable, CaseIterable {
        case fastest
        case ordered
        /// A name always goes to the same upstream.
        case sharded
    }

    /// What becomes of private addresses answered for public names.
    package enum Rebinding: String, Sendable, CaseIterable {
        case block
        case allow
    }

    package func view(named name: String) -> View? { views.first { $0.name.value == name } }
    package func upstream(named name: String) -> Upstream? { upstreams.first { $0.name.value == name } }
}
