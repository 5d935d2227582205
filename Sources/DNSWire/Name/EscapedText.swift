/// Reads the bytes of names and character strings as a zone file writes them (RFC 1035 section 5.1).
struct EscapedText {
    /// One byte, and whether it was written with a backslash and so has lost any special meaning.
    enum Character: Equatable {
        case plain(UInt8)
        case escaped(UInt8)
        /// A backslash with nothing, or no number up to 255, behind it.
        case invalid

        var valid: Character? { self == .invalid ? nil : self }

        var byte: UInt8 {
            switch self {
            case .plain(let byte), .escaped(let byte): byte
            case .invalid: 0
            }
        }
    }

    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    mutating func next() -> Character? {
        guard let first = rest.popFirst() else { return nil }
        guard first == UInt8(ascii: "\\") else { return .plain(first) }
        guard let second = rest.first else { return .invalid }
        guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= second else {
            rest.removeFirst()
            return .escaped(second)
        }
        let digits = rest.prefix(3)
        rest = rest.dropFirst(3)
        guard digits.count == 3, let text = String(validating: digits, as: UTF8.self), let byte = UInt8(text) else {
            return .invalid
        }
        return .escaped(byte)
    }
}
