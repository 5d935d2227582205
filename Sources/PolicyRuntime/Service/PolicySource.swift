internal import Bundle
internal import Cryptography
internal import LinuxIO
internal import Ruleset
internal import ServiceHost

/// A bundle that may be enforced.
struct Policy {
    let profile: ProfileIdentity
    let digest: SHA256Digest
    let settings: EnforcementSettings
    /// The file as it was read.
    let bytes: [UInt8]
    let bundle: Bundle

    /// For a log line: ``profile `lab` version 3, digest 0123456789ab``.
    var line: String {
        "profile `\(profile.name)` version \(profile.version), digest \(digest.hexadecimal.prefix(12))"
    }

    /// The devices that are paths' own.
    var pathDevices: Set<String> { Set(settings.paths.compactMap(\.device)) }
}

/// Reads bundles, and keeps a copy of the one that was last put in force.
struct PolicySource {
    private let bundles: BundleSource
    private let confirmedPath: String

    var path: String { bundles.path }

    init(_ options: DaemonOptions) throws(PolicyFailure) {
        do {
            bundles = try BundleSource(options, daemon: "policy")
        } catch {
            throw .host(error)
        }
        confirmedPath = "\(options.stateDirectory)/policy-bundle"
    }

    /// A bundle that says something about traffic; with `digest`, that very one.
    func load(_ path: String, digest: String?) throws(PolicyFailure) -> Policy {
        let read: (bundle: Bundle, bytes: [UInt8])
        do {
            read = try bundles.load(path)
        } catch {
            throw .host(error)
        }
        if let digest, digest != read.bundle.digest.hexadecimal {
            throw .digestMismatch(path: path, expected: digest)
        }
        guard let settings = read.bundle.manifest.enforcement,
            settings.template.table.name == EnforcedTable.name, settings.template.table.family == EnforcedTable.family
        else { throw .noEnforcement(path: path) }
        return Policy(
            profile: read.bundle.manifest.profile, digest: read.bundle.digest, settings: settings, bytes: read.bytes,
            bundle: read.bundle)
    }

    /// The one to start with: the newer of the command line's and the last confirmed one, and why the former is not
    /// it.
    func newest() throws(PolicyFailure) -> (policy: Policy, setAside: String?) {
        let confirmed = FileContents.exists(confirmedPath) ? try? load(confirmedPath, digest: nil) : nil
        do {
            let given = try load(path, digest: nil)
            guard let confirmed, confirmed.profile.version > given.profile.version, !bundles.allowsRollback else {
                return (given, nil)
            }
            return (
                confirmed,
                "bundle `\(path)` is version \(given.profile.version), and version \(confirmed.profile.version) "
                    + "was confirmed: that one is enforced"
            )
        } catch {
            guard let confirmed else { throw error }
            return (confirmed, "\(error); the last confirmed bundle is enforced")
        }
    }

    /// Remembers that a policy is in force: its version is the floor, its bundle what a restart begins with.
    func confirm(_ policy: Policy) throws(PolicyFailure) {
        do {
            try FileContents.replace(confirmedPath, with: policy.bytes, mode: 0o600)
        } catch {
            throw .host(.directory(error))
        }
        do {
            try bundles.confirm(policy.bundle)
        } catch {
            throw .host(error)
        }
    }
}
