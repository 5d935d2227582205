/// The text of a profile with the name it is reported under, cut into lines once.
package struct SourceFile: Sendable, Equatable {
    /// As the user gave it: what `file:line:column` starts with.
    package let name: String
    /// Without their line breaks; bytes that are not UTF-8 are replaced.
    package let lines: [Substring]

    /// Lines end where YAML ends them: CR LF, LF, CR, NEL, LS, PS. A byte order mark is no column.
    package init(name: String, bytes: [UInt8]) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = String(decoding: bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
        self.name = name
        self.lines = SourceFile.split(text)
    }

    /// The line with that number, counted from 1; nil when there is none.
    package subscript(line number: Int) -> Substring? {
        lines.indices.contains(number - 1) ? lines[number - 1] : nil
    }

    private static func split(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var start = text.unicodeScalars.startIndex
        var index = start
        while index < text.unicodeScalars.endIndex {
            let scalar = text.unicodeScalars[index]
            let next = text.unicodeScalars.index(after: index)
            guard isBreak(scalar) else {
                index = next
                continue
            }
            lines.append(Substring(text.unicodeScalars[start..<index]))
            index = next
            if scalar == "\r", index < text.unicodeScalars.endIndex, text.unicodeScalars[index] == "\n" {
                index = text.unicodeScalars.index(after: index)
            }
            start = index
        }
        lines.append(Substring(text.unicodeScalars[start...]))
        return lines
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}
