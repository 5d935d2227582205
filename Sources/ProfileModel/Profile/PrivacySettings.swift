/// The `resolver.privacy` key.
package struct PrivacySettings: Sendable, Equatable {
    /// Queries are padded to a multiple of this many bytes (RFC 8467); 0 means not at all.
    package var padding: Located<Int>
    package var clientSubnet: Located<ClientSubnet>
    /// Whether made-up queries hide the real ones.
    package var cover: Located<Bool>

    /// All keys left out; complaints point to `range`.
    package init(range: SourceRange) {
        padding = Located(128, range)
        clientSubnet = Located(.strip, range)
        cover = Located(false, range)
    }

    /// What becomes of an EDNS client subnet (RFC 7871) in a query.
    package enum ClientSubnet: String, Sendable, CaseIterable {
        case strip
        case forward
    }
}
