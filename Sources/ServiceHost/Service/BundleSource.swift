package import Bundle
internal import ByteCodec
internal import Cryptography
internal import LinuxIO

/// Reads bundles for a daemon: bounded, whole, signed where that is asked for, and not older than what was in force.
package struct BundleSource: Sendable {
    package let path: String
    package let allowsRollback: Bool
    package let floor: VersionFloor
    private let trust: Ed25519PublicKey?

    /// `daemon` names the version floor.
    package init(_ options: DaemonOptions, daemon: String) throws(HostFailure) {
        path = options.bundlePath
        trust = try options.trustPath.map { path throws(HostFailure) in try BundleSource.key(at: path) }
        allowsRollback = options.allowsRollback
        floor = VersionFloor(stateDirectory: options.stateDirectory, daemon: daemon)
    }

    /// A bundle that may be put in force, and its bytes.
    package func load(_ path: String) throws(HostFailure) -> (bundle: Bundle, bytes: [UInt8]) {
        let bytes = try BundleSource.contents(path)
        let bundle: Bundle
        do {
            bundle = try Bundle.read(bytes, trust: trust)
        } catch {
            throw .bundleRefused(path: path, error)
        }
        let version = bundle.manifest.profile.version
        let floor = try floor.read()
        guard version >= floor || allowsRollback else { throw .rollback(path: path, version: version, floor: floor) }
        return (bundle, bytes)
    }

    /// Remembers that a bundle is in force.
    package func confirm(_ bundle: Bundle) throws(HostFailure) {
        try floor.raise(to: bundle.manifest.profile.version, allowsRollback: allowsRollback)
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
