internal import Bundle
internal import CanonicalJSON
internal import Cryptography
internal import LinuxIO
internal import ServiceHost

/// A bundle that was found good.
struct AcceptedBundle {
    fileprivate let loaded: BundleSource.Loaded
    let adoption: BundleAdoption

    var bundle: Bundle { loaded.bundle }
    var manifest: BundleManifest { bundle.manifest }
    var digest: SHA256Digest { bundle.digest }
}

/// Reads bundles that the resolver can use.
struct ResolverSource {
    private var bundles: BundleSource
    private let systemStore = TrustStoreSource()
    /// That of an earlier run, if there was one.
    private let shardKey: ShardKey
    private static let shardKeyName = "shard-key"

    /// The bundle of the command line.
    var path: String { bundles.path }

    init(_ options: DaemonOptions) throws(ServiceFailure) {
        bundles = try ServiceFailure.ofHost { () throws(HostFailure) in
            try BundleSource(options, daemon: "resolver", .nameResolution)
        }
        let kept = bundles.state.own[ResolverSource.shardKeyName]
        guard let key = kept.map({ $0.string.flatMap { ShardKey($0) } }) ?? .random() else {
            throw .host(bundles.state.damage)
        }
        shardKey = key
    }

    /// A bundle that may be put in force.
    func load(_ path: String) throws(ServiceFailure) -> AcceptedBundle {
        let loaded = try ServiceFailure.ofHost { () throws(HostFailure) in try bundles.load(path) }
        do {
            let bundle = loaded.bundle
            let adoption = try BundleAdoption(bundle, systemStore: systemStore, shardKey: shardKey)
            return AcceptedBundle(loaded: loaded, adoption: adoption)
        } catch {
            throw .bundleUnusable(path: path, error)
        }
    }

    /// The one to start with: that of the command line, or the one that was last in force; and why the former is not it.
    func newest() throws(ServiceFailure) -> (accepted: AcceptedBundle, setAside: String?) {
        try bundles.newest { path throws(ServiceFailure) in try load(path) }
    }

    /// Begins to remember that a bundle is in force: its version is the floor, and a restart begins with it, and with the
    /// key by which it deals names out.
    func confirm(_ accepted: AcceptedBundle) throws(ServiceFailure) -> BundleConfirmation {
        var bundles = bundles
        if accepted.manifest.resolver.selection == .sharded {
            bundles.state.own[ResolverSource.shardKeyName] = .string(shardKey.text)
        }
        return try ServiceFailure.ofSystem { [bundles] () throws(SystemError) in
            try BundleConfirmation(accepted.loaded, of: bundles)
        }
    }

    /// Takes over what has been remembered.
    mutating func finish(_ confirmation: consuming BundleConfirmation) throws(ServiceFailure) {
        do { bundles = try confirmation.result() } catch { throw .host(error) }
    }
}
