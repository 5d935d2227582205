/// Looks at the bytes before libyaml does: what it would refuse with no place, or only after quadratic time, is
/// refused here, at the right place.
struct TextInspection {
    private var mark: YAMLMark
    private var previousWasCarriageReturn = false

    /// The text without its byte order mark.
    static func accept(_ bytes: [UInt8], file: Int) throws(YAMLProblem) -> [UInt8] {
        guard bytes.count <= YAMLReading.maximumBytes else {
            throw YAMLProblem(
                .tooLarge, "the file has \(bytes.count) bytes; a profile has at most \(YAMLReading.maximumBytes)",
                at: .first(of: file), help: "long address and name lists belong into files of their own")
        }
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
        guard !looksWide(bytes) else {
            throw YAMLProblem(
                .notUTF8, "the file is UTF-16 or UTF-32 text, not UTF-8", at: .first(of: file),
                help: "save it with the encoding UTF-8")
        }
        var inspection = TextInspection(mark: YAMLMark(line: 0, column: 0, file: file))
        try inspection.walk(text)
        return text
    }

    /// A byte order mark of two or more bytes a character, or half of the first character is zero.
    private static func looksWide(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 2 else { return false }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return true }
        return min(bytes[0], bytes[1]) == 0 && 0x09...0x7E ~= max(bytes[0], bytes[1])
    }

    private mutating func walk(_ text: [UInt8]) throws(YAMLProblem) {
        let bytes = text.span
        var index = 0
        while index < bytes.count {
            var end = index
            while end < bytes.count, TextInspection.isPlain(bytes[end]) { end += 1 }
            if end > index {
                mark.column += end - index
                previousWasCarriageReturn = false
                index = end
                continue
            }
            let byte = bytes[index]
            let scalar = byte < 0x80 ? Unicode.Scalar(byte) : try scalar(in: text, at: index)
            try step(over: scalar)
            index += UTF8.width(scalar)
        }
    }

    /// Nearly every byte of a profile: a column, and nothing more.
    private static func isPlain(_ byte: UInt8) -> Bool { 0x26...0x7E ~= byte || byte == 0x20 }

    private func scalar(in text: [UInt8], at index: Int) throws(YAMLProblem) -> Unicode.Scalar {
        var iterator = text[index...].makeIterator()
        var decoder = UTF8()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else {
            throw YAMLProblem(
                .notUTF8, "the file is not UTF-8 text", at: mark..<mark, help: "save it with the encoding UTF-8")
        }
        return scalar
    }

    private mutating func step(over scalar: Unicode.Scalar) throws(YAMLProblem) {
        guard TextInspection.isPrintable(scalar) else {
            throw YAMLProblem(
                .controlCharacter, "the file holds the control character U+\(TextInspection.hexadecimal(scalar))",
                at: mark..<mark, help: "remove it, or write it as an escape in double quotes")
        }
        // libyaml looks at every new directive beside all earlier ones; a profile needs none.
        if scalar == "%", mark.column == 0 {
            throw YAMLProblem(
                .directive, "a line starts with `%`, as YAML directives do",
                at: mark..<YAMLMark(line: mark.line, column: 1, file: mark.file),
                help: "remove the directive; a profile needs none")
        }
        advance(over: scalar)
    }

    /// Lines as libyaml counts them.
    private mutating func advance(over scalar: Unicode.Scalar) {
        defer { previousWasCarriageReturn = scalar == "\r" }
        switch scalar {
        case "\n" where previousWasCarriageReturn: break
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
            mark = YAMLMark(line: mark.line + 1, column: 0, file: mark.file)
        default: mark.column += 1
        }
    }

    /// YAML 1.1 section 4.1.1.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF:
            true
        default: false
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
