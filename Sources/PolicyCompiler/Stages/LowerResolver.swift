internal import Bundle
internal import Cryptography
internal import NetworkTypes
internal import ProfileModel

internal import struct Bundle.CacheSettings
internal import struct Bundle.ProfileIdentity

/// The stage that writes the resolver's part of the manifest. Its input has passed the other stages, so nothing here can fail.
enum LowerResolver {
    /// Upstreams that nothing asks; the bundle leaves them out.
    static func diagnostics(for profile: Profile) -> [Diagnostic] {
        profile.resolver.upstreams.compactMap { upstream in
            let name = upstream.name
            guard !profile.resolver.views.contains(where: { $0.upstreams.map(\.value).contains(name.value) }) else {
                return nil
            }
            return Diagnostic(
                .unusedUpstream, severity: .warning, "no view has the upstream `\(name.value)`: it is never asked",
                at: name.range, help: "add it to the `upstreams` of a view, or remove it")
        }
    }

    static func manifest(
        for profile: Profile, _ files: EmbedFiles, enforcement: EnforcementSettings
    ) -> BundleManifest {
        BundleManifest(
            profile: ProfileIdentity(
                name: profile.identity.name.value, version: profile.identity.version.value,
                description: profile.identity.description?.value ?? ""),
            defaultVerdict: verdict(profile.defaultOutcome),
            resolver: settings(profile, files), enforcement: enforcement)
    }

    private static func verdict(_ outcome: Outcome) -> DefaultVerdict {
        switch outcome.action {
        case .via(let path): .via(path: path.value)
        case .block: .block
        }
    }

    private static func settings(_ profile: Profile, _ files: EmbedFiles) -> ResolverSettings {
        let resolver = profile.resolver
        let asked = Set(resolver.views.flatMap { $0.upstreams.map(\.value) })
        let upstreams = resolver.upstreams.filter { asked.contains($0.name.value) }
        return ResolverSettings(
            listeners: resolver.listen.map(\.value), user: resolver.user.value,
            upstreams: upstreams.map {
                settings($0, files.certificateSections[$0.name.value], egress: profile.egress(of: $0))
            },
            views: views(of: profile), blocked: blockedNames(of: profile),
            hosts: resolver.hosts.map {
                HostSettings(name: $0.name.value.text, addresses: $0.addresses.map(\.value))
            },
            selection: selection(resolver.selection.value), publicSuffixes: files.suffixSection,
            cache: settings(resolver.cache),
            paddingBlock: resolver.privacy.padding.value,
            rebinding: resolver.rebinding.value == .allow ? .allow : .block)
    }

    private static func selection(_ selection: ResolverProfile.Selection) -> UpstreamSelection {
        switch selection {
        case .ordered: .ordered
        case .fastest: .fastest
        case .sharded: .sharded
        }
    }

    /// That of everybody first.
    private static func views(of profile: Profile) -> [ViewSettings] {
        let views = profile.resolver.views
        let isDefault = { (view: View) in view.name.value == View.defaultName }
        return (views.filter(isDefault) + views.filter { !isDefault($0) }).map { view in
            ViewSettings(
                name: view.name.value, port: view.port.value, upstreams: view.upstreams.map(\.value),
                names: names(answeredBy: view, of: profile), devices: devices(asking: view, of: profile))
        }
    }

    /// Of containers with that view; everybody's is that of those without one.
    private static func devices(asking view: View, of profile: Profile) -> [String] {
        let containers = profile.subjects.filter { subject in
            (profile.resolver.view(named: subject.name.value)?.name.value ?? View.defaultName) == view.name.value
        }
        return Set(containers.flatMap(\.containerInterfaces).map(\.value)).sorted()
    }

    /// Nil for all. An exclusive subject's view answers for the names of its rules: with others, name resolution itself
    /// would be a way out.
    private static func names(answeredBy view: View, of profile: Profile) -> [String]? {
        guard view.resolve.value == .rules,
            profile.subjects.contains(where: { $0.name.value == view.name.value && $0.isExclusive })
        else { return nil }
        let rules = profile.rules.filter { $0.from.value == view.name.value && $0.outcome.action != .block }
        return Set(rules.flatMap(\.destinations.names).map(\.value.description)).sorted()
    }

    /// An address is shared by neighbours: names are blocked where they are asked for.
    private static func blockedNames(of profile: Profile) -> [BlockedNames] {
        profile.rules.filter { $0.outcome.action == .block && !$0.destinations.names.isEmpty }.map { rule in
            BlockedNames(
                rule: rule.name.value, view: rule.from.value == Subject.any ? nil : rule.from.value,
                names: rule.destinations.names.map(\.value.description))
        }
    }

    private static func settings(
        _ upstream: Upstream, _ certificateSection: String?, egress: UpstreamSettings.Egress
    ) -> UpstreamSettings {
        UpstreamSettings(
            name: upstream.name.value, serverName: upstream.serverName.value.text, service: service(of: upstream),
            addresses: upstream.addresses.map(\.value), port: upstream.effectivePort,
            pins: upstream.pins.compactMap { SHA256Digest($0.value) }, certificateAuthority: certificateSection,
            zones: upstream.zones.map(\.value.text), egress: egress)
    }

    private static func service(of upstream: Upstream) -> UpstreamSettings.Service {
        switch upstream.service {
        case .tls: .tls
        case .https(let location): .https(path: location.value.path)
        }
    }

    private static func settings(_ cache: ProfileModel.CacheSettings) -> CacheSettings {
        CacheSettings(
            entries: cache.entries.value, minimumTTL: UInt32(cache.minimumTTL.value.components.seconds),
            maximumTTL: UInt32(cache.maximumTTL.value.components.seconds),
            stale: UInt32(cache.stale.value.components.seconds), prefetch: cache.prefetch.value)
    }
}
