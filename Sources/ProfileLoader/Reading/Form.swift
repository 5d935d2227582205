internal import ProfileModel
internal import YAMLSyntax

/// One form of value in the language: what it looks like, and how it is read. Reading reports what is wrong and
/// returns nil when nothing usable was written.
struct Form<Value>: Sendable {
    let shape: Shape
    let read: @Sendable (Place, inout ProfileReading) -> Value?
}

extension Form {
    /// Reports that `place` holds another kind of value than this form.
    static func wrongType(_ shape: Shape, _ place: Place, _ reading: inout ProfileReading) {
        let found: String
        switch place.node.content {
        case .unreadable: return
        case .scalar:
            guard !place.isNothing else { return nothing(shape, place, &reading) }
            found = "a text"
        case .sequence: found = "a list"
        case .mapping: found = "a mapping"
        }
        reading.report(
            .wrongType, "`\(place.key.value)` takes \(shape.noun), not \(found)", at: place.range,
            help: shape.help(place))
    }

    private static func nothing(_ shape: Shape, _ place: Place, _ reading: inout ProfileReading) {
        reading.report(
            .emptyValue, "`\(place.key.value)` has no value", at: place.key.range,
            help: shape.isMapping
                ? "write its keys below it, further to the right, or remove it"
                : "write \(shape.noun), or remove the key")
    }
}

extension Shape {
    /// How to write it, next to what was written.
    fileprivate func help(_ place: Place) -> String? {
        switch self {
        case .list:
            guard case .scalar(let scalar) = place.node.content else {
                return "write `[...]`, or entries that start with `- `"
            }
            return "put it in brackets: `[\(scalar.isQuoted ? "\"\(scalar.text)\"" : scalar.text)]`"
        case .record(let record): return record.help(place)
        case .table(let key, _, _): return "each entry starts with \(key.noun), like `\(key.example): ...`"
        case .scalar(let scalar): return "write it like `\(scalar.example)`"
        case .either(let shapes): return shapes.first?.help(place)
        case .choice, .reference:
            guard case .sequence(let nodes) = place.node.content else { return "write \(noun)" }
            return nodes.count == 1 ? "write it without the brackets" : "write \(noun), and one alone"
        }
    }

    fileprivate var isMapping: Bool {
        switch self {
        case .record, .table: true
        case .either(let shapes): shapes.first?.isMapping ?? false
        case .scalar, .choice, .reference, .list: false
        }
    }
}

extension RecordShape {
    fileprivate func help(_ place: Place) -> String {
        if case .scalar(let scalar) = place.node.content, !scalar.isQuoted, let split = keyAndValue(scalar.text) {
            return "a space belongs behind the colon: write `\(split.key): \(split.value)`"
        }
        return "write it like `\(example)`; \(noun) has the keys \(keys.map { "`\($0.name)`" }.joined(separator: ", "))"
    }

    /// `key:value` is one text.
    private func keyAndValue(_ text: String) -> (key: Substring, value: Substring)? {
        guard let colon = text.firstIndex(of: ":"), keys.contains(where: { $0.name == text[..<colon] }) else {
            return nil
        }
        return (text[..<colon], text[colon...].dropFirst())
    }

    /// The least that is one.
    private var example: String {
        let mandatory = keys.filter { key in
            key.isMandatory || exactlyOne.contains { $0.keys.first == key.name }
        }
        let least = mandatory.isEmpty ? Array(keys.prefix(1)) : mandatory
        return "{ " + least.map { "\($0.name): \($0.example)" }.joined(separator: ", ") + " }"
    }
}
