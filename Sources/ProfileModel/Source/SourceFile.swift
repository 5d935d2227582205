/// The text of a profile with the name it is reported under, cut into lines once.
package struct SourceFile: Sendable, Equatable {
    /// Of a longer text no profile is read, and no more is kept to show excerpts of.
    package static let maximumBytes = 1 << 20

    /// As the user gave it: what `file:line:column` starts with.
    package let name: String
    private let bytes: [UInt8]
    /// Where the lines are, without their breaks.
    private let lines: [Range<Int>]

    /// Lines end where YAML ends them: CR LF, LF, CR, NEL, LS, PS. A byte order mark is no column.
    package init(name: String, bytes: [UInt8]) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        self.name = name
        self.bytes = Array(bytes.dropFirst(bytes.starts(with: mark) ? 3 : 0).prefix(SourceFile.maximumBytes))
        self.lines = SourceFile.lines(of: self.bytes)
    }

    package var lineCount: Int { lines.count }

    /// The line with that number, counted from 1; nil when there is none. Bytes that are not UTF-8 are replaced.
    package subscript(line number: Int) -> String? {
        lines.indices.contains(number - 1) ? String(decoding: bytes[lines[number - 1]], as: UTF8.self) : nil
    }

    private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            // Nearly every byte: between those that line breaks begin with.
            if 0x0E..<0xC2 ~= bytes[index] {
                index += 1
                continue
            }
            let width = breakWidth(bytes, at: index)
            if width > 0 {
                lines.append(start..<index)
                start = index + width
            }
            index += max(1, width)
        }
        return lines + [start..<bytes.count]
    }

    /// How many bytes the line break at `index` has; 0 when there is none.
    private static func breakWidth(_ bytes: [UInt8], at index: Int) -> Int {
        switch bytes[index] {
        case 0x0A: return 1
        case 0x0D: return index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
        case 0xC2: return index + 1 < bytes.count && bytes[index + 1] == 0x85 ? 2 : 0
        case 0xE2:
            guard index + 2 < bytes.count, bytes[index + 1] == 0x80 else { return 0 }
            return bytes[index + 2] == 0xA8 || bytes[index + 2] == 0xA9 ? 3 : 0
        default: return 0
        }
    }
}
