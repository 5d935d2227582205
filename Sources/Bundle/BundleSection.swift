package import Cryptography

/// Where a binary section lies in a bundle, and what its bytes hash to.
package struct BundleSection: Equatable, Sendable {
    /// Every section starts at a multiple of this, so that a daemon can map one alone.
    package static let alignmentBytes = 4096
    /// A name is 1 to 128 bytes.
    package static let maximumNameBytes = 128

    package var name: String
    /// From the start of the section area, which begins at the first page boundary after manifest and signature:
    /// so the manifest, and with it the digest, stays the same whether the bundle is signed or not.
    package var offset: Int
    /// At least 1.
    package var length: Int
    package var digest: SHA256Digest

    package init(name: String, offset: Int, length: Int, digest: SHA256Digest) {
        self.name = name
        self.offset = offset
        self.length = length
        self.digest = digest
    }
}
