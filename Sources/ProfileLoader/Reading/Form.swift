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
            help: "write \(shape.noun), or remove the key")
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
        case .record(let record):
            let names = record.keys.map { "`\($0.name)`" }.joined(separator: ", ")
            return "\(record.noun) has the keys \(names)"
        case .table(let key, _, _): return "each entry starts with \(key.noun), like `\(key.example): ...`"
        case .scalar(let scalar): return "write it like `\(scalar.example)`"
        case .either(let shapes): return shapes.first?.help(place)
        case .choice, .reference: return nil
        }
    }
}
