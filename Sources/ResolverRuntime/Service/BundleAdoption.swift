package import Bundle
internal import ByteCodec
internal import Cryptography
internal import DNSWire
internal import HTTP2Engine
internal import NetworkTypes
package import ResolverCore
internal import SecureTransport
internal import TLSEngine

/// A bundle's `resolver` as the worker takes it: the machine's configuration, and a plan for each upstream.
package struct BundleAdoption {
    package private(set) var configuration: ResolverConfiguration
    package let upstreams: [UpstreamPlan]
    let shardKey: ShardKey

    /// `systemStore` makes the trust store of upstreams without an authority of their own: one for all of them. `shardKey`
    /// deals names out, where the profile wants that.
    package init(
        _ bundle: Bundle, systemStore: TrustStoreSource = TrustStoreSource(), shardKey: ShardKey = .random()
    ) throws(AdoptionError) {
        let settings = bundle.manifest.resolver
        let shares = try BundleAdoption.shares(of: settings)
        var plans: [UpstreamPlan] = []
        for share in shares { plans.append(try BundleAdoption.plan(for: share, of: bundle, systemStore)) }
        upstreams = plans
        self.shardKey = shardKey
        configuration = ResolverConfiguration(
            upstreams: zip(plans, shares).map { plan, share in
                UpstreamConfiguration(
                    name: plan.name, identity: plan.identity,
                    zones: share.upstream.zones.compactMap { OwnedName($0) },
                    asksForIdleTime: share.upstream.service == .tls, proxy: plan.egress.proxy)
            },
            views: settings.views.map { BundleAdoption.view($0, asking: shares, of: settings) },
            blocked: BundleAdoption.blocked(by: settings, in: nil),
            hosts: settings.hosts.compactMap { host in
                OwnedName(host.name).map { HostConfiguration(name: $0, addresses: host.addresses) }
            },
            selection: BundleAdoption.selection(settings),
            sharding: try BundleAdoption.sharding(settings, of: bundle, shardKey),
            cache: CacheConfiguration(
                entries: settings.cache.entries, minimumTTL: settings.cache.minimumTTL,
                maximumTTL: settings.cache.maximumTTL,
                stale: StaleAnswers(maximumAge: settings.cache.stale), prefetch: settings.cache.prefetch),
            paddingBlock: settings.paddingBlock,
            rebinding: settings.rebinding == .block ? .block : .allow)
    }

    private static func selection(_ settings: ResolverSettings) -> ResolverCore.UpstreamSelection {
        switch settings.selection {
        case .ordered: .ordered
        case .fastest: .fastest
        case .sharded: .sharded
        }
    }

    /// Nil where names are not dealt out.
    private static func sharding(
        _ settings: ResolverSettings, of bundle: Bundle, _ key: ShardKey
    ) throws(AdoptionError) -> Sharding? {
        guard let name = settings.publicSuffixes else { return nil }
        guard let section = bundle.section(named: name), let table = PublicSuffixTable(Array(section)) else {
            throw AdoptionError(reason: "the section `\(name)` is no table of public suffixes")
        }
        return Sharding(key: (key.first, key.second), suffixes: table)
    }

    /// An upstream, or one view's part of it where views are kept apart: with connections and credentials of its own,
    /// and TLS sessions that are resumed there alone.
    private struct Share {
        let upstream: UpstreamSettings
        let view: String?

        func belongs(to view: ViewSettings, name: String) -> Bool {
            upstream.name == name && (self.view == nil || self.view == view.name)
        }
    }

    private static func shares(of settings: ResolverSettings) throws(AdoptionError) -> [Share] {
        let shares = settings.upstreams.flatMap { upstream -> [Share] in
            guard upstream.egress.isIsolated else { return [Share(upstream: upstream, view: nil)] }
            let views = settings.views.filter { $0.upstreams.contains(upstream.name) }
            return views.map { Share(upstream: upstream, view: $0.name) }
        }
        guard shares.count > ResolverSettings.maximumUpstreams else { return shares }
        throw AdoptionError(
            upstream: shares[ResolverSettings.maximumUpstreams].upstream.name,
            reason: "with it, views that share no connection have more than \(ResolverSettings.maximumUpstreams)")
    }

    /// By its name.
    static func identifiers(ofViewsIn settings: ResolverSettings) -> [String: UInt16] {
        Dictionary(uniqueKeysWithValues: settings.views.map { ($0.name, identifier(of: $0)) })
    }

    /// A view is known by its port, which is never another's.
    private static func identifier(of view: ViewSettings) -> UInt16 {
        view.name == ViewSettings.everybody ? ViewConfiguration.everybody : view.port
    }

    private static func view(
        _ view: ViewSettings, asking shares: [Share], of settings: ResolverSettings
    ) -> ViewConfiguration {
        ViewConfiguration(
            identifier: identifier(of: view),
            upstreams: view.upstreams.compactMap { name in
                shares.firstIndex { $0.belongs(to: view, name: name) }
            },
            names: view.names.map { NameScope($0) }, blocked: blocked(by: settings, in: view.name))
    }

    /// Nil for what is blocked in all views.
    private static func blocked(by settings: ResolverSettings, in view: String?) -> [BlockedScope] {
        settings.blocked.filter { $0.view == view }.map { BlockedScope(rule: $0.rule, names: NameScope($0.names)) }
    }

    /// The part of one of `count` workers: each keeps the answers to other names.
    func shared(by count: Int) -> BundleAdoption {
        var share = self
        let entries = configuration.cache.entries
        share.configuration.cache.entries = (entries + count - 1) / count
        return share
    }

    private static func plan(
        for share: Share, of bundle: Bundle, _ systemStore: TrustStoreSource
    ) throws(AdoptionError) -> UpstreamPlan {
        let upstream = share.upstream
        let authority = try authority(of: upstream, in: bundle)
        do {
            let context = TLSContextSource(upstream: upstream, authority: authority, systemStore: systemStore)
            return UpstreamPlan(
                name: upstream.name,
                endpoints: upstream.addresses.map { Endpoint(address: $0, port: upstream.port) },
                context: try context.make(), target: target(of: upstream), egress: egress(of: share),
                view: share.view, identity: identity(of: share, authority: authority))
        } catch {
            throw AdoptionError(upstream: upstream.name, reason: error.description)
        }
    }

    private static func egress(of share: Share) -> UpstreamEgress {
        switch share.upstream.egress {
        case .routed: return .routed
        case .device(let name): return .device(name)
        case .proxy(let proxy) where proxy.kind == .socks:
            let view = share.view ?? ViewSettings.everybody
            return .socks(proxy.endpoint, ViewCredentials.credentials(of: view))
        case .proxy(let proxy): return .connect(proxy.endpoint)
        }
    }

    private static func target(of upstream: UpstreamSettings) -> HTTP2Target? {
        guard case .https(let path) = upstream.service else { return nil }
        // The port belongs to the authority where it is not the scheme's own (RFC 9110 section 4.2.3).
        let port = upstream.port == httpsPort ? "" : ":\(upstream.port)"
        return HTTP2Target(authority: upstream.serverName + port, path: path, mediaType: DoHSession.mediaType)
    }

    /// RFC 9110 section 4.2.2.
    private static let httpsPort: UInt16 = 443

    /// The PEM text of the upstream's own authority.
    private static func authority(of upstream: UpstreamSettings, in bundle: Bundle) throws(AdoptionError) -> [UInt8]? {
        guard let name = upstream.certificateAuthority else { return nil }
        guard let section = bundle.section(named: name) else {
            throw AdoptionError(upstream: upstream.name, reason: "the bundle has no section `\(name)`")
        }
        return Array(section)
    }

    /// Everything that says which server is meant and how it proves it, one line each.
    private static func identity(of share: Share, authority: [UInt8]?) -> [UInt8] {
        let upstream = share.upstream
        let lines =
            [upstream.name, upstream.serverName, "\(upstream.service)", "\(upstream.port)", "\(upstream.egress)"]
            + [share.view ?? ""]
            + upstream.addresses.map(\.description)
            + upstream.pins.map(\.hexadecimal)
        return Array(lines.joined(separator: "\n").utf8) + [0] + (authority ?? [])
    }
}

extension NameScope {
    /// Of patterns as a bundle has them: `example.org`, or `*.example.org` for all below.
    fileprivate init(_ patterns: [String]) {
        let below = patterns.filter { $0.hasPrefix("*.") }
        self.init(
            exact: patterns.filter { !$0.hasPrefix("*.") }.compactMap { OwnedName($0) },
            below: below.compactMap { OwnedName($0.dropFirst(2)) })
    }
}

/// Why a bundle that is whole cannot be used.
package struct AdoptionError: Error, Equatable, CustomStringConvertible {
    /// Nil when it is none of them.
    package var upstream: String?
    package let reason: String

    package var description: String { upstream.map { "upstream `\($0)`: \(reason)" } ?? reason }
}
