internal import Bundle
internal import Cryptography
internal import ServiceHost

/// A bundle that was found good, without its bytes.
struct AcceptedBundle {
    let manifest: BundleManifest
    let digest: SHA256Digest
    let adoption: BundleAdoption
}

/// Reads bundles that the resolver can use.
struct ResolverSource {
    private let bundles: BundleSource
    private let systemStore = TrustStoreSource()

    /// The bundle of the command line.
    var path: String { bundles.path }

    init(_ options: DaemonOptions) throws(ServiceFailure) {
        bundles = try ServiceFailure.ofHost { () throws(HostFailure) in try BundleSource(options, daemon: "resolver") }
    }

    /// A bundle that may be put in force.
    func load(_ path: String) throws(ServiceFailure) -> AcceptedBundle {
        let bundle = try ServiceFailure.ofHost { () throws(HostFailure) in try bundles.load(path).bundle }
        do {
            let adoption = try BundleAdoption(bundle, systemStore: systemStore)
            return AcceptedBundle(manifest: bundle.manifest, digest: bundle.digest, adoption: adoption)
        } catch {
            throw .bundleUnusable(path: path, error)
        }
    }

    /// Remembers that a bundle is in force.
    func confirm(_ accepted: AcceptedBundle) throws(ServiceFailure) {
        let version = accepted.manifest.profile.version
        try ServiceFailure.ofHost { () throws(HostFailure) in
            try bundles.floor.raise(to: version, allowsRollback: bundles.allowsRollback)
        }
    }
}
