internal import CNetfilter
internal import Cryptography
internal import Ruleset

// Parts of tables that this product never writes: enough of them to see that they are there and that they change.

extension OpaquePart {
    /// An object with a name: nil when the message is none of one.
    init?(object message: NetlinkMessage) {
        let attributes = message.attributeTable
        guard let name = attributes.text(NFTA_OBJ_NAME), let type = attributes.u32(NFTA_OBJ_TYPE) else { return nil }
        self.init(
            kind: OpaquePart.kinds[type] ?? "object \(type)", name: name,
            digest: OpaquePart.digest(ofObject: type, attributes))
    }

    /// A table of flows that pass the rules by.
    init?(flowTable message: NetlinkMessage) {
        let attributes = message.attributeTable
        guard let name = attributes.text(NFTA_FLOWTABLE_NAME) else { return nil }
        let said = [NFTA_FLOWTABLE_HOOK, NFTA_FLOWTABLE_FLAGS].map { Array(attributes.payload($0) ?? []) }
        self.init(kind: "flowtable", name: name, digest: Digest.of(said))
    }

    /// NFT_OBJECT_*, in nft's words.
    private static let kinds: [UInt32: String] = [
        1: "counter", 2: "quota", 3: "ct helper", 4: "limit", 5: "ct count", 6: "tunnel", 7: "ct timeout", 8: "secmark",
        9: "ct expectation", 10: "synproxy",
    ]
    private static let counter: UInt32 = 1
    private static let quota: UInt32 = 2

    /// What has been counted is left out.
    private static func digest(ofObject type: UInt32, _ attributes: AttributeTable) -> [UInt8] {
        switch type {
        case counter: []
        case quota: Digest.of(quota: attributes.nested(NFTA_OBJ_DATA))
        default: Digest.of([Array(attributes.payload(NFTA_OBJ_DATA) ?? [])])
        }
    }
}

/// Enough to see that something without words has changed.
enum Digest {
    /// Of parts in a row, each with its length.
    static func of(_ parts: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: part.count >> (8 * $0)) } + part
        }
        return SHA256.digest(of: bytes.span).bytes
    }

    /// A quota without what of it is used up.
    static func of(quota attributes: AttributeTable?) -> [UInt8] {
        of([NFTA_QUOTA_BYTES, NFTA_QUOTA_FLAGS].map { Array(attributes?.payload($0) ?? []) })
    }
}
