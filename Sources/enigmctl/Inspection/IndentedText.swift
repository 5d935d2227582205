internal import CanonicalJSON

/// JSON for people: a line for each value, what is inside indented.
enum IndentedText {
    static func text(of value: JSONValue) -> String { lines(of: value).map { $0 + "\n" }.joined() }

    private static func lines(of value: JSONValue) -> [String] {
        if let object = value.object { return object.flatMap { nested("\($0.key):", $0.value) } }
        if let array = value.array { return array.flatMap { nested("-", $0) } }
        return [leaf(value)]
    }

    private static func nested(_ head: String, _ value: JSONValue) -> [String] {
        if isLeaf(value) { return ["\(head) \(leaf(value))"] }
        let inner = lines(of: value)
        guard head == "-", let first = inner.first else { return [head] + inner.map { "  " + $0 } }
        return ["- \(first)"] + inner.dropFirst().map { "  " + $0 }
    }

    private static func isLeaf(_ value: JSONValue) -> Bool {
        if let object = value.object { return object.isEmpty }
        return value.array?.isEmpty ?? true
    }

    /// What holds nothing else, in one line.
    static func leaf(_ value: JSONValue) -> String {
        value.string ?? CanonicalJSONWriter.text(of: value)
    }
}
