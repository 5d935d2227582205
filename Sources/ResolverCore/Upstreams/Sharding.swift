internal import ByteCodec
package import DNSWire

/// What `sharded` selection needs to know: which names belong together, and the secret by which they are dealt out.
///
/// Each upstream has a weight for each registrable domain, made of both and of the secret, and the one with the greatest is
/// asked (rendezvous hashing). So a name always goes to the same upstream; when that one is down, to the same second one;
/// and when an upstream comes or goes, only the names that it gets, or had, go elsewhere.
package struct Sharding: Equatable, Sendable {
    /// Upstreams that work and do not answer a question, after which no other one is asked: it would only hear of names
    /// that are not its own.
    static let maximumDeclines = 2
    /// Connections that had worked and end under a query, after which others are asked: an upstream that ends so many in
    /// turn would keep the query for the rest of its time.
    static let maximumReconnects = 8

    private let first: UInt64
    private let second: UInt64
    private let suffixes: PublicSuffixTable

    /// `key` is secret, and the same over restarts: an upstream gets to see only its share of the names.
    package init(key: (UInt64, UInt64), suffixes: PublicSuffixTable) {
        (first, second) = key
        self.suffixes = suffixes
    }

    /// Equal for all names of a registrable domain. `name` is in uncompressed wire form and lower case.
    func shard(of name: Span<UInt8>) -> UInt64 {
        let start = suffixes.registrableStart(in: name)
        guard let domain = try? NameView(in: name, at: start) else { return 0 }
        return domain.hash(NameHashKey(first, second))
    }

    /// What tells an upstream from the others: by the profile's name, so that another address or key of it changes nothing.
    func salt(of upstream: UpstreamConfiguration) -> UInt64 {
        var salt = first ^ second
        for byte in upstream.name.utf8 { salt = SplitMix64.mix(salt ^ UInt64(byte)) }
        return salt
    }

    /// How much an upstream is preferred for a shard.
    static func weight(_ shard: UInt64, _ salt: UInt64) -> UInt64 { SplitMix64.mix(shard ^ salt) }
}
