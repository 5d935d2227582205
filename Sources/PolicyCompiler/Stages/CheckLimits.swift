internal import Bundle
internal import ProfileModel
internal import Ruleset

internal import struct Bundle.CacheSettings
internal import struct Bundle.ProfileIdentity

/// The second stage: what the language allows and the bundle's format does not carry.
enum CheckLimits {
    static func diagnostics(for profile: Profile) -> [Diagnostic] {
        identity(profile) + counts(profile.resolver) + connections(profile) + timesToLive(profile.resolver)
            + devices(profile.paths)
            + excess(
                profile.local.nat64.map(\.range), over: LocalTraffic.maximumTranslators, of: "prefixes of `nat64`")
    }

    /// Nil when the manifest is small enough; what makes one large are rules.
    static func diagnostic(for writer: BundleWriter, of profile: Profile) -> Diagnostic? {
        let size = writer.manifestByteCount
        guard size > Bundle.maximumManifestBytes else { return nil }
        return exceeds(
            "the rules make a bundle of \(size >> 10) KiB, and it has at most \(Bundle.maximumManifestBytes >> 10) KiB",
            at: profile.rules.first?.name.range ?? profile.identity.name.range)
    }

    private static func identity(_ profile: Profile) -> [Diagnostic] {
        var found: [Diagnostic] = []
        let version = profile.identity.version
        if version.value > ProfileIdentity.maximumVersion {
            found.append(exceeds("a version is at most \(ProfileIdentity.maximumVersion)", at: version.range))
        }
        if let description = profile.identity.description,
            description.value.utf8.count > ProfileIdentity.maximumDescriptionBytes
        {
            let limit = ProfileIdentity.maximumDescriptionBytes
            found.append(exceeds("a description has at most \(limit) bytes", at: description.range))
        }
        return found
    }

    private static func counts(_ resolver: ResolverProfile) -> [Diagnostic] {
        var found = excess(resolver.listen.map(\.range), over: ResolverSettings.maximumListeners, of: "listeners")
        found += excess(
            resolver.upstreams.map(\.name.range), over: ResolverSettings.maximumUpstreams, of: "upstreams")
        found += excess(resolver.hosts.map(\.name.range), over: HostSettings.maximumCount, of: "hosts")
        for host in resolver.hosts {
            found += excess(
                host.addresses.map(\.range), over: HostSettings.maximumAddresses, of: "addresses of a host")
        }
        for upstream in resolver.upstreams {
            found += excess(
                upstream.addresses.map(\.range), over: UpstreamSettings.maximumAddresses, of: "addresses")
            found += excess(upstream.zones.map(\.range), over: UpstreamSettings.maximumZones, of: "zones")
            found += excess(upstream.pins.map(\.range), over: UpstreamSettings.maximumPins, of: "pins")
        }
        return found
    }

    /// What is asked by SOCKS is an upstream of its own for each view that asks it.
    private static func connections(_ profile: Profile) -> [Diagnostic] {
        let views = profile.resolver.views
        let asked = profile.resolver.upstreams.flatMap { upstream -> [SourceRange] in
            guard profile.egress(of: upstream).isIsolated else { return [upstream.name.range] }
            return views.filter { $0.upstreams.map(\.value).contains(upstream.name.value) }.map(\.name.range)
        }
        guard profile.resolver.upstreams.count <= ResolverSettings.maximumUpstreams else { return [] }
        return excess(
            asked, over: ResolverSettings.maximumUpstreams,
            of: "upstreams, where one by SOCKS counts once for each view")
    }

    private static func devices(_ paths: [Path]) -> [Diagnostic] {
        paths.flatMap { path -> [Diagnostic] in
            guard case .direct(let interfaces) = path.route else { return [] }
            return excess(interfaces.map(\.range), over: WireTemplate.maximumNamedDevices, of: "interfaces of `direct`")
        }
    }

    private static func timesToLive(_ resolver: ResolverProfile) -> [Diagnostic] {
        let limit = Duration.seconds(Int64(CacheSettings.maximumTTLSeconds))
        let found = [resolver.cache.minimumTTL, resolver.cache.maximumTTL].filter { $0.value > limit }.map { ttl in
            exceeds("a time to live is at most 7 days", at: ttl.range)
        }
        let stale = resolver.cache.stale
        guard stale.value > .seconds(Int64(CacheSettings.maximumStaleSeconds)) else { return found }
        return found + [exceeds("an answer is told for at most 7 days after its end", at: stale.range)]
    }

    /// One diagnostic, at the first that is too many.
    private static func excess(_ ranges: [SourceRange], over limit: Int, of what: String) -> [Diagnostic] {
        guard ranges.count > limit else { return [] }
        return [exceeds("there are at most \(limit) \(what), and \(ranges.count) are written", at: ranges[limit])]
    }

    private static func exceeds(_ message: String, at range: SourceRange) -> Diagnostic {
        Diagnostic(.exceedsLimit, message, at: range, help: "a bundle carries no more: write less here")
    }
}
