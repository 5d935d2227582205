internal import Bundle
internal import ByteCodec
internal import Cryptography
internal import LinuxIO

/// Reads bundles for a daemon: bounded, whole, signed where that is asked for, and not older than what was in force.
struct BundleSource {
    let path: String
    let trust: Ed25519PublicKey?
    let allowsRollback: Bool
    let floor: VersionFloor
    private let systemStore = TrustStoreSource()

    init(_ options: ServiceOptions) throws(ServiceFailure) {
        path = options.bundlePath
        trust = try options.trustPath.map { path throws(ServiceFailure) in try BundleSource.key(at: path) }
        allowsRollback = options.allowsRollback
        floor = VersionFloor(stateDirectory: options.stateDirectory)
    }

    /// A bundle that may be put in force.
    func load(_ path: String) throws(ServiceFailure) -> AcceptedBundle {
        let bundle: Bundle
        do {
            bundle = try Bundle.read(BundleSource.contents(path), trust: trust)
        } catch let error as ServiceFailure {
            throw error
        } catch let error as BundleError {
            throw .bundleRefused(path: path, error)
        } catch {
            preconditionFailure("no other error is thrown above")
        }
        let version = bundle.manifest.profile.version
        let floor = try floor.read()
        guard version >= floor || allowsRollback else { throw .rollback(path: path, version: version, floor: floor) }
        do {
            let adoption = try BundleAdoption(bundle, systemStore: systemStore)
            return AcceptedBundle(manifest: bundle.manifest, digest: bundle.digest, adoption: adoption)
        } catch {
            throw .bundleUnusable(path: path, error)
        }
    }

    private static func contents(_ path: String) throws(ServiceFailure) -> [UInt8] {
        do {
            return try FileContents.read(path, limitBytes: Bundle.maximumBytes)
        } catch {
            throw .bundleUnreadable(error)
        }
    }

    private static func key(at path: String) throws(ServiceFailure) -> Ed25519PublicKey {
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

/// A bundle that was found good, without its bytes.
struct AcceptedBundle {
    let manifest: BundleManifest
    let digest: SHA256Digest
    let adoption: BundleAdoption
}
