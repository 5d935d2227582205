internal import CanonicalJSON
internal import ProfileModel

/// Any value of the compiler's as JSON, by what the language knows of its type: whoever looks into a stage sees all that
/// is there. Places in the text are left out, and what has a text of its own is written so.
enum InspectedValue {
    static func json(_ value: Any) -> JSONValue {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional: return mirror.children.first.map { json($0.value) } ?? .null
        case .collection, .set: return .array(mirror.children.map { json($0.value) })
        case .dictionary: return dictionary(mirror)
        default: return scalar(value) ?? compound(value, mirror)
        }
    }

    private static func scalar(_ value: Any) -> JSONValue? {
        switch value {
        case let truth as Bool: .bool(truth)
        case let number as any BinaryInteger: Int64(exactly: number).map { .integer($0) } ?? .string("\(value)")
        case let text as any CustomStringConvertible: .string(text.description)
        default: nil
        }
    }

    /// A child is a pair of key and value.
    private static func dictionary(_ mirror: Mirror) -> JSONValue {
        let pairs = mirror.children.map { Mirror(reflecting: $0.value).children.map(\.value) }
        return .object(JSONObject(pairs.map { (IndentedText.leaf(json($0[0])), json($0[1])) }))
    }

    private static func compound(_ value: Any, _ mirror: Mirror) -> JSONValue {
        let members = mirror.children.filter { !($0.value is SourceRange) }
        // A value with its place is the value, and a number with a type of its own the number.
        if members.count == 1, let only = members.first,
            members.count < mirror.children.count || only.label == "rawValue"
        {
            return json(only.value)
        }
        guard !members.isEmpty else { return .string(KebabCase.text("\(value)")) }
        return .object(
            JSONObject(members.enumerated().map { (key($0.element.label, $0.offset), json($0.element.value)) }))
    }

    /// What is without a name of its own has its place.
    private static func key(_ label: String?, _ place: Int) -> String {
        guard let label, !label.hasPrefix(".") else { return "\(place)" }
        return KebabCase.text(label)
    }
}
