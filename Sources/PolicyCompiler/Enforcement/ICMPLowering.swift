internal import NetworkTypes
internal import ProfileModel
internal import Ruleset

/// Kinds of ICMP messages of one family as matches: any of the alternatives is a match.
struct ICMPLowering {
    private let family: AddressFamily
    private let kinds: [ICMPMessage.Kind]

    init(_ family: AddressFamily, _ kinds: [ICMPMessage.Kind]) {
        self.family = family
        self.kinds = kinds
    }

    var alternatives: [[Statement]] {
        guard !kinds.isEmpty else { return [] }
        let `protocol` = Statement.match(Match(.meta(.l4proto), .equal(FieldValue(UInt8(family == .v4 ? 1 : 58)))))
        guard kinds.allSatisfy({ $0.type != nil }) else { return [[`protocol`]] }
        return [types, codes].compactMap { $0.map { [`protocol`, .match($0)] } }
    }

    /// Those of which every code is meant.
    private var wholeTypes: Set<UInt8> { Set(kinds.filter { $0.code == nil }.compactMap(\.type)) }

    private var types: Match? {
        let types = wholeTypes.sorted().map { FieldValue($0) }
        return types.isEmpty ? nil : Match(typeField, .oneOf(types))
    }

    /// Type and code at once: compared one after the other, nft would make one comparison of the two.
    private var codes: Match? {
        let whole = wholeTypes
        let pairs = Set(kinds.compactMap { kind in kind.code.flatMap { code in kind.type.map { [$0, code] } } })
        let elements = pairs.filter { !whole.contains($0[0]) }.map { SetElement($0.map { FieldValue($0) }) }
        return elements.isEmpty ? nil : Match([typeField, codeField], .anyOf(elements.sorted()))
    }

    private var typeField: Field { .payload(family == .v4 ? .icmpType : .icmpv6Type) }

    private var codeField: Field { .payload(family == .v4 ? .icmpCode : .icmpv6Code) }
}
