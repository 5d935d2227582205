/// Text of the user's as it may be shown: nothing in it moves a cursor, breaks a line or turns the direction of writing.
enum PrintableText {
    /// Longer messages say nothing more; the excerpt shows the place.
    static let maximumMessageLength = 400

    /// On one line, unprintable scalars as `\u{...}`, cut at the limit.
    static func message(_ text: String) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if count == maximumMessageLength { return result + "..." }
            count += 1
            if isPrintable(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result
    }

    static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
