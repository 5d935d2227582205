/// A sequence or mapping whose end has not been read yet.
struct OpenCollection {
    /// The one that is not of this kind stays empty; an enum would copy the array at every append.
    private var children: [YAMLNode] = []
    private var mapping = OpenMapping()
    private let kind: Kind
    private let start: YAMLMark

    enum Kind {
        case sequence
        case mapping
    }

    init(_ kind: Kind, start: YAMLMark) {
        self.kind = kind
        self.start = start
    }

    /// Takes the next child; says what is wrong with it, if anything.
    mutating func add(_ node: YAMLNode) -> YAMLProblem? {
        guard kind == .sequence else { return mapping.add(node) }
        children.append(node)
        return nil
    }

    func node(end: YAMLMark) -> YAMLNode {
        let content: YAMLNode.Content = kind == .sequence ? .sequence(children) : .mapping(mapping.entries)
        return YAMLNode(content, start..<max(start, end))
    }
}

/// The entries of a mapping so far, and the key that waits for its value.
struct OpenMapping {
    private(set) var entries: [YAMLNode.Entry] = []
    /// Filled when there are more than a few entries, among which looking at each is faster.
    private var firstOf: [String: Range<YAMLMark>] = [:]
    private static let fewEntries = 8
    private var pending: Pending = .none

    private enum Pending {
        case none
        case key(YAMLNode.Key)
        /// The value of a key that was refused is left out.
        case refused
    }

    mutating func add(_ node: YAMLNode) -> YAMLProblem? {
        switch pending {
        case .none: return take(key: node)
        case .key(let key): entries.append(YAMLNode.Entry(key: key, value: node))
        case .refused: break
        }
        pending = .none
        return nil
    }

    private mutating func take(key node: YAMLNode) -> YAMLProblem? {
        pending = .refused
        guard case .scalar(let scalar) = node.content else {
            if case .unreadable = node.content { return nil }
            return YAMLProblem(
                .keyNotText, "a list or mapping cannot be a key", at: node.range.lowerBound..<node.range.lowerBound,
                help: "write a name before the `:`")
        }
        if let first = range(ofKey: scalar.text) {
            return YAMLProblem(
                .duplicateKey, "the key `\(scalar.text)` is already written in this mapping", at: node.range,
                note: YAMLProblem.Note(message: "first written here", range: first),
                help: "remove one of the two, or give one another name")
        }
        pending = .key(YAMLNode.Key(text: scalar.text, range: node.range))
        return nil
    }

    /// Where the entry of that key has it.
    private mutating func range(ofKey key: String) -> Range<YAMLMark>? {
        guard entries.count > OpenMapping.fewEntries else {
            return entries.indices.first { entries[$0].key.text == key }.map { entries[$0].key.range }
        }
        for entry in entries[firstOf.count...] { firstOf[entry.key.text] = entry.key.range }
        return firstOf[key]
    }
}
