/// Why bytes are not the JSON that we accept; the payload is the offset at which reading stopped.
/// Trivial values, so that throwing one allocates nothing.
package enum JSONError: Error, Equatable, Sendable {
    /// More bytes than the caller allows.
    case tooLarge(limitBytes: Int)
    /// The text ends inside a value.
    case truncated(offset: Int)
    /// A byte that the grammar does not permit here.
    case malformed(offset: Int)
    /// Something stands behind the value.
    case trailingBytes(offset: Int)
    /// Arrays and objects lie deeper than `JSONReader.maximumDepth`.
    case tooDeep(offset: Int)
    /// The object that ends here has a key twice.
    case duplicateKey(offset: Int)
    /// The string that starts here is not UTF-8, or has half a surrogate pair.
    case invalidText(offset: Int)
    /// The number that starts here is not exactly an integer within 2^53, nor a finite double.
    case numberOutOfRange(offset: Int)
}

extension JSONError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLarge(let limit): "JSON of more than \(limit) bytes"
        case .truncated(let offset): "JSON that ends early, at byte \(offset)"
        case .malformed(let offset): "malformed JSON at byte \(offset)"
        case .trailingBytes(let offset): "bytes behind the JSON value, from byte \(offset)"
        case .tooDeep(let offset): "JSON nested deeper than \(JSONReader.maximumDepth) levels at byte \(offset)"
        case .duplicateKey(let offset): "JSON object with the same key twice, ending at byte \(offset)"
        case .invalidText(let offset): "JSON string that is not valid Unicode at byte \(offset)"
        case .numberOutOfRange(let offset): "JSON number out of range at byte \(offset)"
        }
    }
}
