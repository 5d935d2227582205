internal import CanonicalJSON

/// Varlink's names are in camel case; those of our own documents have hyphens.
enum KebabCase {
    /// `negativeHits` is `negative-hits`.
    static func text(_ camelCase: String) -> String {
        camelCase.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
    }

    /// The object, and what is in it, with other keys.
    static func keys(of object: JSONObject) -> JSONObject {
        JSONObject(object.map { (text($0.key), value($0.value)) })
    }

    private static func value(_ value: JSONValue) -> JSONValue {
        if let object = value.object { return .object(keys(of: object)) }
        if let array = value.array { return .array(array.map(KebabCase.value)) }
        return value
    }
}
