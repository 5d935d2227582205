// Other numbers for the paths of a table: in every constant that is compared with or written to a mark's bits of the
// path.

extension Statement {
    func renumbering(_ paths: [PathNumber: PathNumber]) -> Statement {
        guard paths.contains(where: { $0.key != $0.value }) else { return self }
        switch self {
        case .setMark(var change) where change.keep & MarkLayout.path == 0:
            change.bits = change.bits.renumbering(paths)
            return .setMark(change)
        case .match(var match) where match.others.isEmpty && match.field.readsPath(match.mask):
            match.operation = match.operation.renumbering(paths)
            return .match(match)
        case .verdictMap(var map) where map.field.readsPath(map.mask):
            map.entries = map.entries.map { .init($0.key.renumbering(paths), $0.verdict) }
            return .verdictMap(map)
        default: return self
        }
    }
}

extension Field {
    fileprivate func readsPath(_ mask: FieldValue?) -> Bool {
        guard self == .meta(.mark) || self == .conntrack(.mark) else { return false }
        return mask.map { UInt32(truncatingIfNeeded: $0.integer) & MarkLayout.path == MarkLayout.path } ?? true
    }
}

extension Match.Operation {
    fileprivate func renumbering(_ paths: [PathNumber: PathNumber]) -> Match.Operation {
        switch self {
        case .equal(let value): .equal(value.renumbering(paths))
        case .notEqual(let value): .notEqual(value.renumbering(paths))
        case .anyOf(let elements): .anyOf(elements.map { $0.renumbering(paths) })
        case .noneOf(let elements): .noneOf(elements.map { $0.renumbering(paths) })
        // No lowering compares a range of marks; the named sets are filled with a machine's own numbers.
        case .below, .within, .outside, .inSet, .notInSet: self
        }
    }
}

extension SetElement {
    fileprivate func renumbering(_ paths: [PathNumber: PathNumber]) -> SetElement {
        SetElement(fields.map { $0.lower.renumbering(paths) })
    }
}

extension FieldValue {
    /// A mark with a path.
    func renumbering(_ paths: [PathNumber: PathNumber]) -> FieldValue {
        FieldValue(UInt32(truncatingIfNeeded: integer).renumbering(paths))
    }
}

extension UInt32 {
    fileprivate func renumbering(_ paths: [PathNumber: PathNumber]) -> UInt32 {
        let number = PathNumber(UInt8((self & MarkLayout.path) >> 24))
        return self & ~MarkLayout.path | (paths[number] ?? number).bits
    }
}
