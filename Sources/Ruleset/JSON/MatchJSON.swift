internal import CanonicalJSON

extension Match {
    var nftJSON: JSONValue {
        let types = fields.map(\.type)
        let (op, right) = operation.nftJSON(types)
        return ["match": ["op": .string(op), "left": fields.nftJSON(mask), "right": right]]
    }
}

extension Match.Operation {
    fileprivate func nftJSON(_ types: [FieldType]) -> (op: String, right: JSONValue) {
        switch self {
        case .equal(let value): ("==", types[0].nftJSON(value))
        case .notEqual(let value): ("!=", types[0].nftJSON(value))
        case .below(let value): ("<", types[0].nftJSON(value))
        case .within(let lower, let upper): ("==", types[0].nftJSON(lower, upper))
        case .outside(let lower, let upper): ("!=", types[0].nftJSON(lower, upper))
        case .inSet(let name): ("==", .string("@" + name))
        case .notInSet(let name): ("!=", .string("@" + name))
        case .anyOf(let elements): ("==", ["set": .array(elements.map { $0.nftJSON(types) })])
        case .noneOf(let elements): ("!=", ["set": .array(elements.map { $0.nftJSON(types) })])
        }
    }
}

extension VerdictMap {
    var nftJSON: JSONValue {
        let types = [field.type]
        let entries = entries.map { JSONValue.array([$0.key.nftJSON(types), $0.verdict.nftJSON]) }
        return ["vmap": ["key": [field].nftJSON(mask), "data": ["set": .array(entries)]]]
    }
}

extension SetElement {
    func nftJSON(_ types: [FieldType]) -> JSONValue {
        guard !isInterval else { return types[0].nftJSON(lower, upper) }
        let values = zip(types, fields).map { $0.nftJSON($1.lower) }
        return values.count == 1 ? values[0] : ["concat": .array(values)]
    }
}

extension [Field] {
    fileprivate func nftJSON(_ mask: FieldValue?) -> JSONValue {
        guard count == 1 else { return ["concat": .array(map(\.nftJSON))] }
        return mask.map { ["&": [self[0].nftJSON, self[0].type.nftJSON($0)]] } ?? self[0].nftJSON
    }
}

extension Field {
    fileprivate var nftJSON: JSONValue {
        switch self {
        case .meta(let field): ["meta": ["key": .string(field.rawValue)]]
        case .conntrack(let field): ["ct": ["key": .string(field.rawValue)]]
        case .destinationKind: ["fib": ["result": "type", "flags": ["daddr"]]]
        case .socketCgroup(let level): ["socket": ["key": "cgroupv2", "level": .integer(Int64(level))]]
        // As in the text.
        case .payload(.etherType): ["payload": ["base": "ll", "offset": 96, "len": 16]]
        case .payload(let field): ["payload": ["protocol": .string(field.words.0), "field": .string(field.words.1)]]
        }
    }
}

extension Field.Payload {
    /// The protocol and the field: `ip daddr`.
    fileprivate var words: (String, String) {
        let words = Field.payload(self).name.split(separator: " ").map(String.init)
        return (words[0], words[1])
    }
}

extension FieldType {
    fileprivate func nftJSON(_ lower: FieldValue, _ upper: FieldValue) -> JSONValue {
        ["range": [nftJSON(lower), nftJSON(upper)]]
    }

    /// Addresses, interfaces and what nft has words for as text, everything else as a number.
    func nftJSON(_ value: FieldValue) -> JSONValue {
        switch self {
        case .ipv4Address, .ipv6Address: return .string(text(value))
        // A number would be nanoseconds, which no reader of JSON holds to the last digit.
        case .timeOfDay: return .string(text(value))
        case .interfaceName: return .string(String(decoding: value.bytes.prefix { $0 != 0 }, as: UTF8.self))
        default:
            let text = text(value)
            return text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } || self == .mark || self == .etherType
                ? .integer(Int64(bitPattern: value.integer)) : .string(text)
        }
    }
}
