extension Match {
    /// The comparison in nft's language.
    package var text: String {
        let left = fields.map { operation.isEquality ? $0.text : $0.name }.joined(separator: " . ")
        let types = fields.map(\.type)
        if let flags = flagText(left) { return flags }
        if let prefix = prefixText(left) { return prefix }
        let masked = mask.map { "\(left) & \(types[0].text($0))" } ?? left
        switch operation {
        case .equal(let value):
            // Of bits, nft takes a value without `==` for a test of those.
            let isPlain = mask == nil && !types[0].isBits
            return isPlain ? "\(left) \(types[0].text(value))" : "\(masked) == \(types[0].text(value))"
        case .notEqual(let value): return "\(masked) != \(types[0].text(value))"
        case .below(let value): return "\(masked) < \(types[0].text(value))"
        case .within(let lower, let upper): return "\(masked) \(types[0].text(lower))-\(types[0].text(upper))"
        case .outside(let lower, let upper): return "\(masked) != \(types[0].text(lower))-\(types[0].text(upper))"
        case .inSet(let name): return "\(masked) @\(name)"
        case .notInSet(let name): return "\(masked) != @\(name)"
        case .anyOf(let elements): return "\(masked) \(elements.text(types))"
        case .noneOf(let elements): return "\(masked) != \(elements.text(types))"
        }
    }

    /// `ct state established,related`: any of the bits is set.
    private func flagText(_ left: String) -> String? {
        guard others.isEmpty, let mask, case .notEqual(let value) = operation, value.integer == 0,
            let names = field.type.flagNames(mask)
        else { return nil }
        return "\(left) \(names.joined(separator: ","))"
    }

    /// `ip daddr 192.0.2.0/24`.
    private func prefixText(_ left: String) -> String? {
        guard others.isEmpty, let mask, field.type == .ipv4Address || field.type == .ipv6Address,
            let length = mask.prefixLength
        else { return nil }
        switch operation {
        case .equal(let value): return "\(left) \(field.type.text(value))/\(length)"
        case .notEqual(let value): return "\(left) != \(field.type.text(value))/\(length)"
        default: return nil
        }
    }
}

extension Match.Operation {
    fileprivate var isEquality: Bool { if case .equal = self { true } else { false } }
}

extension VerdictMap {
    package var text: String {
        let masked = mask.map { "\(field.name) & \(field.type.text($0))" } ?? field.name
        let types = [field.type]
        let entries = entries.map { "\($0.key.text(types)) : \($0.verdict.text)" }.joined(separator: ", ")
        return "\(masked) vmap { \(entries) }"
    }
}

extension Array where Element == SetElement {
    fileprivate func text(_ types: [FieldType]) -> String {
        "{ " + map { $0.text(types) }.joined(separator: ", ") + " }"
    }
}
