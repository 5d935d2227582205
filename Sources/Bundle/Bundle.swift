package import Cryptography

/// A bundle that was read, checked and found whole: the one file between the compiler and the daemons.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | magic |
/// | 8 | 4 | length of the manifest, big-endian |
/// | 12 | 4 | length of the signature envelope, big-endian; 0: not signed |
/// | 16 | 32 | digest: SHA-256 of the manifest |
/// | 48 | | the manifest: canonical JSON (RFC 8785) |
/// | | | the signature: a DSSE envelope, see `BundleSignature` |
/// | | | zeros up to a multiple of 4096, when there are sections |
/// | | | the sections, each starting at a multiple of 4096, zeros between |
///
/// There is exactly one file for a manifest, its sections and its signature; the reader accepts no other.
package struct Bundle: Sendable {
    package static let magic: [UInt8] = Array("ENIGMB1\n".utf8)
    static let headerBytes = 48
    /// The manifest is parsed into memory; lists of any length belong into sections.
    package static let maximumManifestBytes = 1 << 20
    /// An envelope of one Ed25519 signature has 400 bytes.
    static let maximumSignatureBytes = 4096
    /// A few certificate authorities, some address lists.
    package static let maximumSections = 256
    /// Four block lists of a million names each.
    package static let maximumBytes = 256 << 20

    package let manifest: BundleManifest
    /// SHA-256 of the manifest's bytes: the bundle's identity, the same whether signed or not.
    package let digest: SHA256Digest
    /// Whether there is a signature; that it is valid is known only where a trusted key was given.
    package let isSigned: Bool
    private let bytes: [UInt8]
    private let sectionAreaStart: Int

    init(manifest: BundleManifest, digest: SHA256Digest, isSigned: Bool, bytes: [UInt8], sectionAreaStart: Int) {
        self.manifest = manifest
        self.digest = digest
        self.isSigned = isSigned
        self.bytes = bytes
        self.sectionAreaStart = sectionAreaStart
    }

    /// The bytes of a section, not copied; nil when there is none of that name.
    package func section(named name: String) -> ArraySlice<UInt8>? {
        guard let section = manifest.sections.first(where: { $0.name == name }) else { return nil }
        let start = sectionAreaStart + section.offset
        return bytes[start..<start + section.length]
    }

    /// `offset` rounded up to where a section may start.
    static func aligned(_ offset: Int) -> Int {
        (offset + BundleSection.alignmentBytes - 1) / BundleSection.alignmentBytes * BundleSection.alignmentBytes
    }
}
