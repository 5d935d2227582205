internal import YAMLSyntax

/// The deep merge of two profiles as trees: what the child writes, and what it leaves to its parent. No deeper than the
/// language itself, whatever the trees hold.
enum TreeMerge {
    static func merge(_ parent: YAMLNode, _ child: YAMLNode, _ shape: Shape) -> YAMLNode {
        guard case .mapping(let inherited) = parent.content, case .mapping(let own) = child.content,
            let shape = shape.mapping
        else { return child }
        let entries: [YAMLNode.Entry]
        switch shape {
        case .record(let record): entries = merge(inherited, own, record)
        case .table(_, let entry, _): entries = merge(inherited, own, entry)
        case .scalar, .choice, .reference, .list, .either: return child
        }
        return YAMLNode(.mapping(entries), child.range)
    }

    private static func merge(
        _ inherited: [YAMLNode.Entry], _ own: [YAMLNode.Entry], _ record: RecordShape
    ) -> [YAMLNode.Entry] {
        let written = Set(own.map(\.key.text))
        let others = record.alternatives(to: written)
        let isSwitched = inherited.contains { others.contains($0.key.text) }
        if isSwitched, record.isReplacedBySwitching { return own }
        let inheritable = inherited.filter { entry in
            !others.contains(entry.key.text) && record.key(entry.key.text)?.inheritance != .own
        }
        let parent = Dictionary(inheritable.map { ($0.key.text, $0.value) }, uniquingKeysWith: { first, _ in first })
        let merged = own.map { entry in
            guard let value = parent[entry.key.text], let key = record.key(entry.key.text) else { return entry }
            return YAMLNode.Entry(key: entry.key, value: merge(value, entry.value, key))
        }
        return inheritable.filter { !written.contains($0.key.text) } + merged
    }

    private static func merge(_ parent: YAMLNode, _ child: YAMLNode, _ key: KeyShape) -> YAMLNode {
        guard key.inheritance == .appended else { return merge(parent, child, key.shape) }
        guard case .sequence(let inherited) = parent.content, case .sequence(let own) = child.content else {
            return child
        }
        let replaced = Set(own.compactMap(\.identity))
        let kept = inherited.filter { entry in entry.identity.map { !replaced.contains($0) } ?? true }
        return YAMLNode(.sequence(kept + own), child.range)
    }

    /// The parent's entries in their order, then the child's new ones.
    private static func merge(
        _ inherited: [YAMLNode.Entry], _ own: [YAMLNode.Entry], _ shape: Shape
    ) -> [YAMLNode.Entry] {
        let written = Dictionary(own.map { ($0.key.text, $0) }, uniquingKeysWith: { first, _ in first })
        let known = Set(inherited.map(\.key.text))
        let merged = inherited.map { entry in
            written[entry.key.text].map { YAMLNode.Entry(key: $0.key, value: merge(entry.value, $0.value, shape)) }
                ?? entry
        }
        return merged + own.filter { !known.contains($0.key.text) }
    }
}

extension Shape {
    /// What a mapping is read as.
    fileprivate var mapping: Shape? {
        switch self {
        case .record, .table: self
        case .either(let shapes): shapes.lazy.compactMap(\.mapping).first
        case .scalar, .choice, .reference, .list: nil
        }
    }
}

extension RecordShape {
    fileprivate func key(_ name: String) -> KeyShape? { keys.first { $0.name == name } }

    /// The keys that cannot stand beside one of those written.
    fileprivate func alternatives(to written: Set<String>) -> Set<String> {
        Set(exactlyOne.flatMap { $0.excluded(by: written) }).subtracting(written)
    }
}

extension YAMLNode {
    /// By what an entry of a list takes the place of another: its text, or its `name`.
    fileprivate var identity: String? {
        switch content {
        case .scalar(let scalar): return scalar.text
        case .mapping(let entries):
            guard case .scalar(let name)? = entries.first(where: { $0.key.text == "name" })?.value.content else {
                return nil
            }
            return "name: \(name.text)"
        case .sequence, .unreadable: return nil
        }
    }
}
