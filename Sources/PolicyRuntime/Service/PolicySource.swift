internal import Bundle
internal import CanonicalJSON
internal import Cryptography
internal import Ruleset
internal import ServiceHost

/// A bundle that may be enforced.
struct Policy {
    let settings: EnforcementSettings
    let loaded: BundleSource.Loaded

    var profile: ProfileIdentity { loaded.bundle.manifest.profile }

    var digest: SHA256Digest { loaded.bundle.digest }

    /// For a log line: ``profile `lab` version 3, digest 0123456789ab``.
    var line: String {
        "profile `\(profile.name)` version \(profile.version), digest \(digest.hexadecimal.prefix(12))"
    }

    /// The devices that are paths' own.
    var pathDevices: Set<String> { Set(settings.paths.compactMap(\.device)) }
}

/// Reads bundles, and remembers the one that is in force.
struct PolicySource {
    private var bundles: BundleSource

    var path: String { bundles.path }

    init(_ options: DaemonOptions) throws(PolicyFailure) {
        do {
            bundles = try BundleSource(options, daemon: "policy", .whole)
        } catch {
            throw .host(error)
        }
    }

    /// What an earlier run of this daemon left, or the values of a first one.
    func memory() throws(PolicyFailure) -> PolicyMemory {
        guard let memory = PolicyMemory(json: bundles.state.own) else { throw .host(bundles.state.damage) }
        return memory
    }

    /// A bundle that says something about traffic, and leaves every view where `views` has it; with `digest`, that very
    /// one.
    func load(_ path: String, digest: String?, views: ViewPins) throws(PolicyFailure) -> Policy {
        let loaded: BundleSource.Loaded
        do {
            loaded = try bundles.load(path)
        } catch {
            throw .host(error)
        }
        if let digest, digest != loaded.bundle.digest.hexadecimal {
            throw .digestMismatch(path: path, expected: digest)
        }
        guard let settings = loaded.bundle.manifest.enforcement,
            settings.template.table.name == EnforcedTables.name, settings.template.table.family == EnforcedTables.family
        else { throw .noEnforcement(path: path) }
        if let move = views.firstMove(in: settings.views) { throw .viewMoved(path: path, move) }
        return Policy(settings: settings, loaded: loaded)
    }

    /// The one to start with: that of the command line, or the one that was last in force; and why the former is not it.
    func newest(views: ViewPins) throws(PolicyFailure) -> (policy: Policy, setAside: String?) {
        let newest = try bundles.newest { path throws(PolicyFailure) in try load(path, digest: nil, views: views) }
        return (newest.accepted, newest.setAside)
    }

    /// Remembers that a policy is in force: its version is the floor, its bundle what a restart begins with.
    mutating func confirm(_ policy: Policy, _ memory: PolicyMemory) throws(PolicyFailure) {
        bundles.state.own = memory.json
        do { try bundles.confirm(policy.loaded) } catch { throw .host(error) }
    }

    /// Puts `memory` on the disk.
    mutating func remember(_ memory: PolicyMemory) throws(PolicyFailure) {
        bundles.state.own = memory.json
        do { try bundles.state.write() } catch { throw .host(error) }
    }
}
