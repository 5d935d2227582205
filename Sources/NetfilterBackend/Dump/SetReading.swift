internal import CNetfilter
internal import Ruleset

/// What a set's own message says of it. Read from the attributes: the library leaves some of them out.
struct SetHeader {
    let name: String
    let flags: UInt32
    /// Nil for a type that this model has no words for.
    let key: [FieldType]?
    let size: UInt32?
    /// Whether this model can say what kind of set it is: no map but an anonymous one of verdicts, nothing in its
    /// elements but their values.
    let isPlain: Bool
    /// What makes its kind, for those that are not plain.
    private let said: [[UInt8]]

    init?(_ message: NetlinkMessage) {
        let attributes = message.attributes
        let number = { (attribute: nft_set_attributes) in
            attributes[Int(attribute.rawValue)].map { UInt32(bigEndian: $0) }
        }
        guard let name = attributes[Int(NFTA_SET_NAME.rawValue)] else { return nil }
        self.name = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        let flags = number(NFTA_SET_FLAGS) ?? 0
        let key = [FieldType](
            nftKeyType: number(NFTA_SET_KEY_TYPE) ?? 0, byteCount: Int(number(NFTA_SET_KEY_LEN) ?? 0))
        let description = attributes[Int(NFTA_SET_DESC.rawValue)].map { NetlinkAttributes.parse($0) }
        size = description?[Int(NFTA_SET_DESC_SIZE.rawValue)].map { UInt32(bigEndian: $0) }
        (self.flags, self.key) = (flags, key)
        let hasWords = key.map { SetHeader.isPlain($0, flags, dataType: number(NFTA_SET_DATA_TYPE)) } ?? false
        isPlain = hasWords && SetHeader.extensions.allSatisfy { attributes[Int($0.rawValue)] == nil }
        said = isPlain ? [] : SetHeader.kinds.map { Array(attributes[Int($0.rawValue)] ?? []) }
    }

    var isAnonymous: Bool { has(NFT_SET_ANONYMOUS) }

    var isMap: Bool { has(NFT_SET_MAP) || has(NFT_SET_OBJECT) }

    /// Whether packets or time change what is in it.
    var isDynamic: Bool { has(NFT_SET_EVAL) || has(NFT_SET_TIMEOUT) }

    private func has(_ flag: nft_set_flags) -> Bool { flags & flag.rawValue != 0 }

    private static func isPlain(_ key: [FieldType], _ flags: UInt32, dataType: UInt32?) -> Bool {
        let isVerdictMap =
            flags & NFT_SET_ANONYMOUS.rawValue != 0 && flags & NFT_SET_MAP.rawValue != 0
            && dataType == SetObject.verdictType
        let known =
            NFT_SET_ANONYMOUS.rawValue | NFT_SET_CONSTANT.rawValue | NFT_SET_INTERVAL.rawValue
            | NFT_SET_TIMEOUT.rawValue | NFT_SET_CONCAT.rawValue | (isVerdictMap ? NFT_SET_MAP.rawValue : 0)
        // Intervals of what the machine keeps in its own order are kept in the other one; those of names are patterns.
        let hasOtherIntervals =
            flags & NFT_SET_INTERVAL.rawValue != 0 && key.contains { $0.isHostOrder || $0 == .interfaceName }
        return flags & ~known == 0 && !hasOtherIntervals
    }

    private static let extensions = [NFTA_SET_OBJ_TYPE, NFTA_SET_EXPR, NFTA_SET_EXPRESSIONS]

    private static let kinds =
        [
            NFTA_SET_FLAGS, NFTA_SET_KEY_TYPE, NFTA_SET_KEY_LEN, NFTA_SET_DATA_TYPE, NFTA_SET_DATA_LEN,
            NFTA_SET_TIMEOUT, NFTA_SET_DESC,
        ] + extensions

    private var modelFlags: NamedSet.Flags {
        NamedSet.Flags(rawValue: flags).intersection([.constant, .interval, .timeout])
    }

    func namedSet(_ elements: [DumpedElement]) -> NamedSet {
        NamedSet(
            name, key: key ?? [], flags: modelFlags, size: size,
            elements: DumpedElement.join(elements, areIntervals: modelFlags.contains(.interval)).map(\.element))
    }

    func anonymousSet(_ elements: [DumpedElement]) -> AnonymousSet {
        let joined = DumpedElement.join(elements, areIntervals: modelFlags.contains(.interval))
        return AnonymousSet(
            identifier: 0, key: key ?? [], elements: joined.map(\.element), verdicts: joined.compactMap(\.verdict))
    }

    /// Of its kind and of elements, each as bytes; their order means nothing.
    func digest(_ elements: [[UInt8]]) -> [UInt8] {
        Digest.of(said + elements.sorted { $0.lexicographicallyPrecedes($1) })
    }
}

/// The sets of one table: what rules are read with.
struct DumpedSets {
    var named: [NamedSet] = []
    var anonymous: [String: AnonymousSet] = [:]
    /// Of all sets with a name whose keys this model knows.
    var keys: [String: [FieldType]] = [:]
    var others: [OpaquePart] = []

    mutating func add(_ header: SetHeader, _ elements: [DumpedElement]) {
        if header.isAnonymous {
            anonymous[header.name] = header.anonymousSet(elements)
        } else {
            named.append(header.namedSet(elements))
            keys[header.name] = header.key
        }
    }

    /// A set that this model cannot say all of.
    mutating func add(_ header: SetHeader, digest: [UInt8]) {
        if header.isAnonymous {
            anonymous[header.name] = AnonymousSet(
                identifier: 0, key: header.key ?? [], elements: [], verdicts: [], opaqueDigest: digest)
        } else {
            others.append(OpaquePart(kind: header.isMap ? "map" : "set", name: header.name, digest: digest))
            keys[header.name] = header.key
        }
    }
}
