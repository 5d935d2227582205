internal import NetworkTypes
internal import ProfileModel

/// A file of addresses and prefixes, one a line; what follows a `#` or `;` is a comment.
enum AddressList {
    /// Some 400,000 prefixes.
    static let maximumBytes = 8 << 20
    /// Of one list: a file that is no list has one on every line.
    static let maximumProblems = 10

    /// Those that can be read, in the order of the text; `file` is what problems are reported of.
    static func read(_ bytes: [UInt8], file: Int) -> (prefixes: [IPPrefix], problems: [Diagnostic]) {
        var prefixes: [IPPrefix] = []
        var problems: [Diagnostic] = []
        var number = 0
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var start = bytes.starts(with: byteOrderMark) ? 3 : 0
        while start < bytes.count, problems.count < maximumProblems {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            number += 1
            let entry = entry(in: bytes[start..<end])
            if let prefix = IPPrefix(ascii: bytes.span.extracting(entry.startIndex..<entry.endIndex)) {
                prefixes.append(prefix)
            } else if !entry.isEmpty {
                let place = range(of: entry, in: bytes[start..<end], line: number, file: file)
                problems.append(problem(String(decoding: entry, as: UTF8.self), at: place))
            }
            start = end + 1
        }
        return (prefixes, problems)
    }

    /// What stands between blanks, before a comment.
    private static func entry(in line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == 0x0D }
        var entry = line.prefix { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: ";") }.drop(while: isBlank)
        while let last = entry.last, isBlank(last) { entry.removeLast() }
        return entry
    }

    private static func problem(_ text: String, at place: SourceRange) -> Diagnostic {
        do throws(ValueProblem) {
            _ = try IPPrefix(written: text)
        } catch {
            return Diagnostic(
                error.code, error.message, at: place,
                help: error.code == .hostBitsSet
                    ? error.help : "a list has one address or prefix a line, and `#` comments")
        }
        preconditionFailure("what can be read is no problem")
    }

    private static func range(
        of entry: ArraySlice<UInt8>, in line: ArraySlice<UInt8>, line number: Int, file: Int
    ) -> SourceRange {
        let before = String(decoding: line[..<entry.startIndex], as: UTF8.self).unicodeScalars.count
        let width = String(decoding: entry, as: UTF8.self).unicodeScalars.count
        return SourceRange(
            SourceLocation(line: number, column: before + 1), SourceLocation(line: number, column: before + 1 + width),
            file: file)
    }
}
