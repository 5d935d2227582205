/// How a cache lies in a file between two processes: a head, which names the format and the terms, then blocks of
/// answers, each with its length and SHA-256 in front. A block is read, checked and taken in one piece.
///
/// It is no format for keeping: the file is gone with the machine, and a program that writes another one says so in
/// ``magic``.
enum HandoverFormat {
    /// Sixteen bytes.
    static let magic = Array("enigm-cache/1\n\0\0".utf8)
    /// Magic, terms.
    static let headLength = magic.count + 32
    /// Length, digest.
    static let blockHeadLength = 4 + 32
    /// With its head: what a worker reads and writes at once. It has room for the longest answer, and is taken in about the
    /// time of fifty questions, which is what others wait for it.
    static let maximumBlockBytes = 24 * 1024
    /// All of it: about a million usual answers, and a quarter of the memory that the unit allows. The rest of a bigger
    /// cache, which is what was not asked for again, is fetched anew.
    static let maximumBytes = 64 << 20
}
