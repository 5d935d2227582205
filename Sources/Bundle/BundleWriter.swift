internal import ByteCodec
package import Cryptography

/// Puts a manifest and its sections into one file. Equal input gives equal bytes.
package struct BundleWriter {
    package private(set) var manifest: BundleManifest
    private var contents: [[UInt8]] = []
    /// The manifest as it is digested and written: making it is most of the work, so it is made once.
    package private(set) var manifestBytes: [UInt8] = []

    /// The sections that `manifest` lists are replaced by these, in their order, and that of large sets behind them.
    package init(_ manifest: BundleManifest, sections: [(name: String, content: [UInt8])] = []) {
        self.manifest = manifest
        self.manifest.sections = []
        for section in sections { append(section.name, section.content) }
        let elements = manifest.enforcement?.elementSection ?? []
        if !elements.isEmpty { append(ElementSection.name, elements) }
        manifestBytes = self.manifest.canonicalBytes
    }

    /// Adds a section behind the others. The name must be new and the content not empty.
    package mutating func addSection(named name: String, _ content: [UInt8]) {
        append(name, content)
        manifestBytes = manifest.canonicalBytes
    }

    private mutating func append(_ name: String, _ content: [UInt8]) {
        precondition(!content.isEmpty, "an empty section")
        precondition((1...BundleSection.maximumNameBytes).contains(name.utf8.count), "a section name too long")
        precondition(!manifest.sections.contains { $0.name == name }, "a section name twice")
        precondition(manifest.sections.count < Bundle.maximumSections, "too many sections")
        let end = manifest.sections.last.map { $0.offset + $0.length } ?? 0
        manifest.sections.append(
            BundleSection(
                name: name, offset: Bundle.aligned(end), length: content.count,
                digest: SHA256.digest(of: content.span)))
        contents.append(content)
    }

    /// A file is written only when this is at most `Bundle.maximumManifestBytes`.
    package var manifestByteCount: Int { manifestBytes.count }

    package var digest: SHA256Digest { SHA256.digest(of: manifestBytes.span) }

    /// The bytes to be written, and the digest that they are known by.
    package struct File {
        package let bytes: [UInt8]
        package let digest: SHA256Digest
    }

    /// Not signed.
    package func file() -> File {
        let digest = digest
        return File(bytes: encoded(digest, signature: []), digest: digest)
    }

    package func file(signedBy key: borrowing Ed25519PrivateKey) -> File {
        let digest = digest
        let signature = BundleSignature.sign(digest, with: key).encoded()
        return File(bytes: encoded(digest, signature: signature), digest: digest)
    }

    package func encoded() -> [UInt8] { file().bytes }

    package func encoded(signedBy key: borrowing Ed25519PrivateKey) -> [UInt8] { file(signedBy: key).bytes }

    private func encoded(_ digest: SHA256Digest, signature: [UInt8]) -> [UInt8] {
        precondition(manifestBytes.count <= Bundle.maximumManifestBytes, "a manifest too large")
        var bytes = Bundle.magic
        bytes.reserveCapacity(Bundle.headerBytes + manifestBytes.count + signature.count)
        bytes.appendBigEndian(UInt32(manifestBytes.count))
        bytes.appendBigEndian(UInt32(signature.count))
        bytes.append(contentsOf: digest.bytes)
        bytes.append(contentsOf: manifestBytes)
        bytes.append(contentsOf: signature)
        for content in contents {
            bytes.append(contentsOf: repeatElement(0, count: Bundle.aligned(bytes.count) - bytes.count))
            bytes.append(contentsOf: content)
        }
        return bytes
    }
}
