package import Bundle
internal import ByteCodec
internal import Cryptography
internal import LinuxIO

/// Reads bundles for a daemon: bounded, whole, signed where that is asked for, and not older than what was in force;
/// and remembers the one that is.
package struct BundleSource: Sendable {
    package let path: String
    package let allowsRollback: Bool
    package var state: ServiceState
    private let trust: Ed25519PublicKey?
    private let scope: ManifestScope

    /// A bundle that was found good, and the file as it was read.
    package struct Loaded: Sendable {
        package let bundle: Bundle
        package let bytes: [UInt8]
    }

    /// `daemon` names what it remembers; `scope` is what it needs of a bundle.
    package init(_ options: DaemonOptions, daemon: String, _ scope: ManifestScope) throws(HostFailure) {
        path = options.bundlePath
        self.scope = scope
        trust = try options.trustPath.map { path throws(HostFailure) in try BundleSource.key(at: path) }
        allowsRollback = options.allowsRollback
        state = try ServiceState(stateDirectory: options.stateDirectory, daemon: daemon)
    }

    /// A bundle that may be put in force.
    package func load(_ path: String) throws(HostFailure) -> Loaded {
        let bytes = try BundleSource.contents(path)
        let bundle: Bundle
        do {
            bundle = try Bundle.read(bytes, trust: trust, scope)
        } catch {
            throw .bundleRefused(path: path, error)
        }
        let version = bundle.manifest.profile.version
        guard version >= state.floor || allowsRollback else {
            throw .rollback(path: path, version: version, floor: state.floor)
        }
        return Loaded(bundle: bundle, bytes: bytes)
    }

    /// The one to start with: that of the command line, or, where it is refused, the one that was last in force; and why
    /// the former is not it. `accept` makes of a bundle what the daemon needs; by ``load(_:)`` it refuses one that is
    /// older than what was in force.
    package func newest<Accepted, Failure: Error & CustomStringConvertible>(
        _ accept: (String) throws(Failure) -> Accepted
    ) throws(Failure) -> (accepted: Accepted, setAside: String?) {
        do {
            return (try accept(path), nil)
        } catch {
            guard let last = state.bundlePath, let confirmed = try? accept(last) else { throw error }
            return (confirmed, "\(error); the last confirmed bundle is in force")
        }
    }

    /// Remembers that a bundle is in force; on the disk when this returns.
    package mutating func confirm(_ loaded: Loaded) throws(HostFailure) {
        try state.confirm(loaded.bundle, loaded.bytes, allowsRollback: allowsRollback)
    }

    private static func contents(_ path: String) throws(HostFailure) -> [UInt8] {
        do {
            return try FileContents.read(path, limitBytes: Bundle.maximumBytes)
        } catch {
            throw .bundleUnreadable(error)
        }
    }

    private static func key(at path: String) throws(HostFailure) -> Ed25519PublicKey {
        let pem: [UInt8]
        do {
            pem = try FileContents.read(path, limitBytes: maximumKeyBytes)
        } catch {
            throw .keyUnreadable(error)
        }
        do {
            return try Ed25519PublicKey(pem: pem.span)
        } catch {
            throw .keyInvalid(path: path, error)
        }
    }

    /// A PEM key is about a hundred bytes; comments may stand around it.
    private static let maximumKeyBytes = 16 * 1024
}
