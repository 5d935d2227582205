internal import DNSWire

/// A view, ready for asking it about names, which are in uncompressed wire form and lower case.
/// It does not change; every question that is not cached refers to one, where copying it took a seventh of the work.
final class ResolverView {
    let identifier: UInt16
    /// Indices of upstreams.
    let order: [Int]
    /// Those that are asked for what is in nobody's zone: one bit each.
    private let ordinary: UInt64
    /// Zones, and who is asked for what is in them.
    private let zones: NameTable
    private let zoneNames: [OwnedName]
    private let zoneUpstreams: [UInt64]
    /// The only names that are answered.
    private let names: NameFilter?
    private let blocked: NameFilter
    private let blockingRules: [String]
    private let everywhere: BlockedEverywhere
    /// Nil where names are not dealt out.
    private let sharding: Sharding?

    /// Who may be asked for a name.
    struct Route: Equatable {
        /// One bit an upstream.
        let upstreams: UInt64
        /// They are asked because the name is in a zone of theirs: nobody else knows it.
        let isZone: Bool
        /// Which share of the names it is in; 0 where names are not dealt out.
        var shard: UInt64 = 0

        static let none = Route(upstreams: 0, isZone: false)
    }

    init(
        _ view: ViewConfiguration, of upstreams: [UpstreamConfiguration], _ everywhere: BlockedEverywhere,
        _ sharding: Sharding?, _ key: NameHashKey
    ) {
        identifier = view.identifier
        order = view.upstreams.filter { $0 < min(upstreams.count, UpstreamPool.maximumUpstreams) }
        ordinary = order.filter { upstreams[$0].zones.isEmpty }.reduce(0) { $0 | 1 << UInt64($1) }
        var members: [OwnedName: UInt64] = [:]
        for upstream in order {
            for zone in upstreams[upstream].zones { members[zone, default: 0] |= 1 << UInt64(upstream) }
        }
        zoneNames = members.map(\.key)
        zones = NameTable(zoneNames, key)
        zoneUpstreams = members.map(\.value)
        names = view.names.map { NameFilter([$0], key) }
        blocked = NameFilter(view.blocked.map(\.names), key)
        blockingRules = view.blocked.map(\.rule)
        self.everywhere = everywhere
        self.sharding = sharding
    }

    func answers(_ name: Span<UInt8>) -> Bool { names.map { $0.scope(of: name) != nil } ?? true }

    /// The rule that blocks a name.
    func ruleBlocking(_ name: Span<UInt8>) -> String? {
        everywhere.rule(for: name) ?? blocked.scope(of: name).map { blockingRules[$0] }
    }

    /// Of a name in a zone, the upstreams of the longest one, and no others when they fail.
    func route(of name: Span<UInt8>) -> Route {
        var route = ordinaryRoute
        if let zone = zones.numberOfLongestSuffix(of: name, properly: false) {
            route = Route(upstreams: zoneUpstreams[zone], isZone: true)
        }
        if let sharding { route.shard = sharding.shard(of: name) }
        return route
    }

    /// The zone that says who is asked for the name; its names may have private addresses.
    func zone(of name: Span<UInt8>) -> OwnedName? {
        zones.numberOfLongestSuffix(of: name, properly: false).map { zoneNames[$0] }
    }

    var ordinaryRoute: Route { Route(upstreams: ordinary, isZone: false) }
}

/// What is blocked in all views; one for all of them.
struct BlockedEverywhere {
    private let names: NameFilter
    private let rules: [String]

    init(_ blocked: [BlockedScope], _ key: NameHashKey) {
        names = NameFilter(blocked.map(\.names), key)
        rules = blocked.map(\.rule)
    }

    func rule(for name: Span<UInt8>) -> String? { names.scope(of: name).map { rules[$0] } }
}

/// The views of a configuration.
struct ViewTable {
    private let views: [ResolverView]

    init(_ configuration: ResolverConfiguration, _ key: NameHashKey) {
        let everywhere = BlockedEverywhere(configuration.blocked, key)
        views = configuration.views.map {
            ResolverView($0, of: configuration.upstreams, everywhere, configuration.sharding, key)
        }
    }

    /// Nil for one that was there before a reload.
    subscript(identifier: UInt16) -> ResolverView? { views.first { $0.identifier == identifier } }
}
