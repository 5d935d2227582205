/// Swift source as words, without its comments and without the text of its string literals.
struct SourceText {
    let words: [Substring]
    let imports: [String]

    init(_ source: String) {
        let code = SourceText.withoutCommentsAndStrings(source)
        words = code.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@" || $0 == "#") }
        imports = code.split(separator: "\n").compactMap(SourceText.importedModule)
    }

    /// The module of `@preconcurrency package import struct Module.Name`, or nil for any other line.
    private static func importedModule(_ line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let position = words.firstIndex(of: "import") else { return nil }
        let before = words[..<position].filter { !$0.hasPrefix("@") }
        guard before.allSatisfy({ ["package", "internal", "private", "fileprivate", "public"].contains($0) }) else {
            return nil
        }
        let kinds: Set<Substring> = ["typealias", "struct", "class", "enum", "protocol", "let", "var", "func"]
        let module = words[(position + 1)...].first { !kinds.contains($0) }
        return module.flatMap { $0.split(separator: ".").first }.map(String.init)
    }

    private static func withoutCommentsAndStrings(_ source: String) -> String {
        var scanner = Scanner(Array(source.utf8))
        return scanner.code()
    }
}

/// Walks over source text and keeps what is code.
private struct Scanner {
    private let bytes: [UInt8]
    private var position = 0
    private var kept: [UInt8] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func code() -> String {
        while position < bytes.count {
            if starts("//") {
                skip(until: "\n")
            } else if starts("/*") {
                skipBlockComment()
            } else if starts("\"") || (starts("#") && rawDelimiter > 0) {
                skipString()
            } else if starts("`") {
                skipRawIdentifier()
            } else {
                kept.append(bytes[position])
                position += 1
            }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    /// How many `#` open a raw string here; 0 when none does.
    private var rawDelimiter: Int {
        var end = position
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - position : 0
    }

    private func starts(_ text: String) -> Bool {
        bytes[min(position, bytes.count)...].starts(with: text.utf8)
    }

    private mutating func skip(until text: String) {
        while position < bytes.count, !starts(text) { position += 1 }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                position += 2
            } else if starts("*/") {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
        } while depth > 0 && position < bytes.count
    }

    /// A name between backticks may be a sentence.
    private mutating func skipRawIdentifier() {
        position += 1
        skip(until: "`")
        position += 1
        kept.append(UInt8(ascii: "_"))
    }

    private mutating func skipString() {
        let hashes = rawDelimiter
        position += hashes
        let quote = starts("\"\"\"") ? "\"\"\"" : "\""
        position += quote.utf8.count
        let end = quote + String(repeating: "#", count: hashes)
        let escape = "\\" + String(repeating: "#", count: hashes)
        while position < bytes.count, !starts(end) {
            position += starts(escape) ? escape.utf8.count + 1 : 1
        }
        position += end.utf8.count
        kept.append(contentsOf: "\"\"".utf8)
    }
}
