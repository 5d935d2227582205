internal import Bundle
internal import CanonicalJSON
internal import Cryptography
internal import LinuxIO

/// A bundle on its way to its file, and what there is to say about it.
struct CompiledBundle {
    /// A PEM file of one key is far smaller.
    private static let maximumKeyFileBytes = 65_536

    private let path: String
    private let file: BundleWriter.File
    private let signer: SHA256Digest?
    private let manifest: BundleManifest

    init(_ writer: BundleWriter, path: String, keyFile: String?) throws(Failure) {
        self.path = path
        manifest = writer.manifest
        guard let keyFile else {
            signer = nil
            file = writer.file()
            return
        }
        let key = try CompiledBundle.readKey(keyFile)
        signer = key.publicKey.identifier
        file = writer.file(signedBy: key)
    }

    /// The old file stays until the new one is whole.
    func write() throws(Failure) {
        do {
            try FileContents.replace(path, with: file.bytes)
        } catch {
            throw .environment("cannot write the bundle `\(path)`: \(error.reason)")
        }
    }

    var text: String {
        """
        wrote    \(path) (\(file.bytes.count) bytes)
        digest   \(file.digest)
        profile  \(manifest.profile.name), version \(manifest.profile.version)
        signed   \(signer.map { "by the key \($0.hexadecimal.prefix(16))" } ?? "no")
        covers   name resolution by \(count(manifest.resolver.upstreams.count, "upstream")), and traffic: \
        \(count(manifest.enforcement?.subjects.count ?? 0, "subject")), \
        \(count(manifest.enforcement?.ruleCount ?? 0, "kernel rule")), `default: \(defaultText)`

        """
    }

    var json: JSONValue {
        [
            "path": .string(path), "bytes": .integer(Int64(file.bytes.count)),
            "digest": .string(file.digest.hexadecimal),
            "signer": signer.map { .string($0.hexadecimal) } ?? .null,
            "profile": .string(manifest.profile.name), "version": .integer(Int64(manifest.profile.version)),
            "covers": ["name-resolution", "traffic"],
        ]
    }

    private var defaultText: String {
        switch manifest.defaultVerdict {
        case .via(let path): "{ via: \(path) }"
        case .block: "{ block: true }"
        }
    }

    private static func readKey(_ path: String) throws(Failure) -> Ed25519PrivateKey {
        let pem: [UInt8]
        do {
            pem = try FileContents.read(path, limitBytes: maximumKeyFileBytes)
        } catch {
            throw .environment("cannot read the key `\(path)`: \(error.reason)")
        }
        do {
            return try Ed25519PrivateKey(pem: pem.span)
        } catch {
            throw .environment("cannot sign with `\(path)`: \(error)")
        }
    }
}
