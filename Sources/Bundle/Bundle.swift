package import Cryptography

/// A bundle that was read, checked and found whole.
package struct Bundle: Sendable {
    package let manifest: BundleManifest
    /// SHA-256 of the manifest's bytes: the bundle's identity.
    package let digest: SHA256Digest
    private let bytes: [UInt8]
    private let sectionRanges: [String: Range<Int>]

    /// Checks everything that can be checked; with `trust`, also that this key signed the bundle.
    package static func read(_ bytes: [UInt8], trust: Ed25519PublicKey? = nil) throws(BundleError) -> Bundle {
        fatalError("not written yet")
    }

    /// The bytes of a section, not copied.
    package func section(named name: String) -> ArraySlice<UInt8>? {
        sectionRanges[name].map { bytes[$0] }
    }
}
