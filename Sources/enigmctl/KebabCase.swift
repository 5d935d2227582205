internal import CanonicalJSON

/// Varlink's names are in camel case; those of our own documents have hyphens.
enum KebabCase {
    /// `negativeHits` is `negative-hits`, `allowsDHCP` is `allows-dhcp`.
    static func text(_ camelCase: String) -> String {
        var text = ""
        var isInWord = false
        for letter in camelCase {
            text += letter.isUppercase && isInWord ? "-\(letter.lowercased())" : letter.lowercased()
            isInWord = !letter.isUppercase
        }
        return text
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
