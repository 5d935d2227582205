internal import Bundle
internal import Cryptography
internal import ProfileModel

internal import struct Bundle.CacheSettings
internal import struct Bundle.ProfileIdentity

/// The last stage: the manifest. Its input has passed the other stages, so nothing here can fail.
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

    static func writer(for profile: Profile, certificateSections: [String: String]) -> BundleWriter {
        BundleWriter(
            BundleManifest(
                profile: ProfileIdentity(
                    name: profile.identity.name.value, version: profile.identity.version.value,
                    description: profile.identity.description?.value ?? ""),
                defaultVerdict: verdict(profile.defaultOutcome),
                resolver: settings(profile.resolver, certificateSections)))
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
            listeners: resolver.listen.map(\.value), user: resolver.user.value,
            upstreams: (asked ?? resolver.upstreams).map { settings($0, certificateSections[$0.name.value]) },
            selection: resolver.selection.value == .ordered ? .ordered : .fastest, cache: settings(resolver.cache),
            paddingBlock: resolver.privacy.padding.value,
            rebinding: resolver.rebinding.value == .allow ? .allow : .block)
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
            maximumTTL: UInt32(cache.maximumTTL.value.components.seconds))
    }
}
