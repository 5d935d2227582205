package import Bundle
package import CanonicalJSON
package import Cryptography
internal import LinuxIO

/// What a daemon remembers beyond its life, in one file that is replaced as one: which bundle is in force, the floor of
/// profile versions, and what only this daemon knows. The bundle itself lies beside it under its digest.
package struct ServiceState: Sendable {
    private static let schema = "enigm.state/1"
    /// A few numbers, and the names of a profile's paths.
    private static let maximumBytes = 64 * 1024

    /// The version that was in force: a daemon does not go back behind it unless it is told to. 0 before the first.
    package private(set) var floor: UInt64 = 0
    /// The bundle that was last in force; nil before the first.
    package private(set) var bundleDigest: SHA256Digest?
    /// What only this daemon knows.
    package var own: JSONObject

    private let directory: String
    private let daemon: String
    /// What is on the disk.
    private var written: [UInt8] = []

    /// Reads what an earlier run left; `daemon` keeps several daemons apart in one directory.
    package init(stateDirectory: String, daemon: String) throws(HostFailure) {
        directory = stateDirectory
        self.daemon = daemon
        own = [:]
        guard let bytes = try ServiceState.contents(of: path) else { return }
        guard let object = (try? JSONReader.read(bytes.span, maximumBytes: ServiceState.maximumBytes))?.object,
            object["schema"]?.string == ServiceState.schema, let floor = object["profile-version"]?.integer, floor >= 0,
            let own = object["own"]?.object
        else { throw .stateUnreadable(path: path) }
        self.floor = UInt64(floor)
        self.own = own
        bundleDigest = object["bundle-digest"]?.string.flatMap { SHA256Digest(hexadecimal: $0) }
        written = bytes
    }

    /// Where a copy of the bundle that was last in force is; nil when there is none.
    package var bundlePath: String? {
        guard let path = bundleDigest.map(path(ofBundle:)), FileContents.exists(path) else { return nil }
        return path
    }

    /// Remembers that a bundle, which `bytes` are, is in force; on the disk when this returns. The floor goes down only
    /// where that is allowed.
    package mutating func confirm(_ bundle: Bundle, _ bytes: [UInt8], allowsRollback: Bool) throws(HostFailure) {
        let version = bundle.manifest.profile.version
        floor = allowsRollback ? version : max(floor, version)
        let old = bundleDigest
        bundleDigest = bundle.digest
        let path = path(ofBundle: bundle.digest)
        // The same digest may come with another signature.
        if (try? FileContents.read(path, limitBytes: bytes.count)) != bytes { try replace(path, with: bytes) }
        try write()
        if let old, old != bundle.digest { try? FileContents.remove(self.path(ofBundle: old)) }
    }

    /// Puts what changed on the disk, one file in the place of the other.
    package mutating func write() throws(HostFailure) {
        let bytes = CanonicalJSONWriter.bytes(of: json)
        guard bytes != written else { return }
        try replace(path, with: bytes)
        do { try Directory.synchronise(directory) } catch { throw .directory(error) }
        written = bytes
    }

    /// What to throw when ``own`` is not what the daemon wrote.
    package var damage: HostFailure { .stateUnreadable(path: path) }

    private var path: String { "\(directory)/\(daemon)-state.json" }

    private func path(ofBundle digest: SHA256Digest) -> String {
        "\(directory)/\(daemon)-\(digest.hexadecimal.prefix(16)).bundle"
    }

    private var json: JSONValue {
        [
            "schema": .string(ServiceState.schema), "profile-version": .count(floor),
            "bundle-digest": bundleDigest.map { .string($0.hexadecimal) } ?? .null, "own": .object(own),
        ]
    }

    /// Whole and under its name; which name the directory holds is on the disk only when the directory is.
    private func replace(_ path: String, with bytes: [UInt8]) throws(HostFailure) {
        do {
            try FileContents.replace(path, with: bytes, mode: 0o600, durability: .contents)
        } catch {
            throw .directory(error)
        }
    }

    private static func contents(of path: String) throws(HostFailure) -> [UInt8]? {
        do {
            return try FileContents.read(path, limitBytes: maximumBytes)
        } catch .system(let error) where error.isNotFound {
            return nil
        } catch .system(let error) {
            throw .directory(error)
        } catch {
            throw .stateUnreadable(path: path)
        }
    }
}
