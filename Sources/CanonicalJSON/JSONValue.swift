/// A JSON value (RFC 8259) as I-JSON (RFC 7493) restricts it: every number is an IEEE double, every string is
/// well-formed Unicode, no object has a key twice.
package enum JSONValue: Sendable {
    /// 2^53: up to here every integer is a double and none stands for its neighbour (RFC 7493 section 2.2).
    package static let maximumInteger: Int64 = 9_007_199_254_740_992

    case null
    case bool(Bool)
    /// A number without a fraction, at most 2^53 either side of zero.
    case integer(Int64)
    /// Any other finite number. A whole one beyond 2^53 can be written and is refused by the reader: its text does
    /// not say which of its neighbours was meant.
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// Any number, whole or not.
    package var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }
}

/// Two values are equal when their canonical bytes are: strings by code unit (RFC 8785 section 3.1 normalises
/// nothing), where Swift's own comparison of strings would call canonically equivalent spellings the same.
extension JSONValue: Equatable {
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        case (.integer, .integer), (.integer, .double), (.double, .integer), (.double, .double):
            left.double == right.double
        default: false
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }

    package init(integerLiteral value: Int64) {
        precondition(value.magnitude <= JSONValue.maximumInteger.magnitude, "JSON carries no such integer exactly")
        self = .integer(value)
    }

    package init(booleanLiteral value: Bool) { self = .bool(value) }

    package init(floatLiteral value: Double) { self = .double(value) }

    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}
