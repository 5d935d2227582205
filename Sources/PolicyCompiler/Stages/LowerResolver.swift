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
        for profile: Profile, certificateSections: [String: String], enforcement: EnforcementSettings
    ) -> BundleManifest {
        BundleManifest(
            profile: ProfileIdentity(
                name: profile.identity.name.value, version: profile.identity.version.value,
                description: profile.identity.description?.value ?? ""),
            defaultVerdict: verdict(profile.defaultOutcome),
            resolver: settings(profile.resolver, certificateSections), enforcement: enforcement)
    }

    private static func verdict(_ outcome: Outcome) -> DefaultVerdict {
        switch outcome.action {
        case .via(let path): .via(path: path.value)
        case .block: .block
        }
    }

    private static func settings(
        _ resolver: ResolverProfile, _ certificateSections: [String: String]
    ) -> ResolverSettings {
        // In the order of the view, which is that of the profile where no view is written.
        let asked = resolver.view(named: View.defaultName)?.upstreams.compactMap { resolver.upstream(named: $0.value) }
        return ResolverSettings(
            listeners: listeners(resolver), user: resolver.user.value,
            upstreams: (asked ?? resolver.upstreams).map { settings($0, certificateSections[$0.name.value]) },
            selection: resolver.selection.value == .ordered ? .ordered : .fastest, cache: settings(resolver.cache),
            paddingBlock: resolver.privacy.padding.value,
            rebinding: resolver.rebinding.value == .allow ? .allow : .block)
    }

    /// Those of the profile, then the hidden ones of the default view, where redirected queries land.
    private static func listeners(_ resolver: ResolverProfile) -> [Endpoint] {
        let written = resolver.listen.map(\.value)
        return written + hiddenListeners(resolver).filter { !written.contains($0) }
    }

    static func hiddenListeners(_ resolver: ResolverProfile) -> [Endpoint] {
        let port = resolver.view(named: View.defaultName)?.port.value ?? View.defaultPort
        return [
            Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: port),
            Endpoint(address: .v6(.loopback), port: port),
        ]
    }

    private static func settings(_ upstream: Upstream, _ certificateSection: String?) -> UpstreamSettings {
        UpstreamSettings(
            name: upstream.name.value, serverName: upstream.serverName.value.text,
            addresses: upstream.addresses.map(\.value), port: upstream.effectivePort,
            pins: upstream.pins.compactMap { SHA256Digest($0.value) }, certificateAuthority: certificateSection)
    }

    private static func settings(_ cache: ProfileModel.CacheSettings) -> CacheSettings {
        CacheSettings(
            entries: cache.entries.value, minimumTTL: UInt32(cache.minimumTTL.value.components.seconds),
            maximumTTL: UInt32(cache.maximumTTL.value.components.seconds),
            stale: UInt32(cache.stale.value.components.seconds), prefetch: cache.prefetch.value)
    }
}
