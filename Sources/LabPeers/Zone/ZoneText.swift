/// Reads a zone in the presentation format of RFC 1035 section 5.1, reduced to what can be read at a glance: one
/// record a line, `NAME TTL TYPE DATA...` without a class, comments from `;`, the directives $ORIGIN and $GENERATE
/// (`$GENERATE 1-9 NAME TTL TYPE DATA...`, every `$` becomes the number), and `TYPEn \# LENGTH HEX` for any other type
/// (RFC 3597 section 5).
struct ZoneText {
    private(set) var records: [(name: ZoneName, record: ZoneRecord)] = []
    private var origin = ZoneName.root
    private var lineNumber = 0

    init(_ text: String) throws(ZoneTextError) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            lineNumber += 1
            guard let tokens = ZoneText.tokens(line) else { throw error("a quote is not closed") }
            guard let first = tokens.first else { continue }
            switch first {
            case "$ORIGIN": try setOrigin(tokens)
            case "$GENERATE": try generate(tokens)
            default: try add(tokens[...])
            }
        }
    }

    /// How often one $GENERATE may repeat its record.
    static let maximumGeneratedRecords = 10_000

    private mutating func setOrigin(_ tokens: [String]) throws(ZoneTextError) {
        guard tokens.count == 2, tokens[1].hasSuffix("."), let name = ZoneName(tokens[1]) else {
            throw error("$ORIGIN needs one name that ends in a dot")
        }
        origin = name
    }

    private mutating func generate(_ tokens: [String]) throws(ZoneTextError) {
        let bounds = (tokens.count > 1 ? tokens[1] : "").split(separator: "-").compactMap { Int($0) }
        guard bounds.count == 2, bounds[0] <= bounds[1], bounds[1] - bounds[0] < ZoneText.maximumGeneratedRecords
        else { throw error("$GENERATE needs a range such as 1-250") }
        for number in bounds[0]...bounds[1] {
            let filled = tokens[2...].map { token in
                token.split(separator: "$", omittingEmptySubsequences: false).joined(separator: String(number))
            }
            try add(filled[...])
        }
    }

    private mutating func add(_ tokens: ArraySlice<String>) throws(ZoneTextError) {
        let head = Array(tokens.prefix(3))
        guard head.count == 3, let name = ZoneName(head[0], below: origin), let timeToLive = UInt32(head[1]) else {
            throw error("a record needs a name, a TTL in seconds, a type and data")
        }
        let record = try record(head[2], timeToLive, tokens.dropFirst(3))
        records.append((name, record))
    }

    private func record(
        _ mnemonic: String, _ timeToLive: UInt32, _ tokens: ArraySlice<String>
    ) throws(ZoneTextError) -> ZoneRecord {
        if let format = RecordFormat.named(mnemonic) {
            guard let parts = format.parts(tokens, below: origin) else {
                throw error("the data do not fit the type `\(mnemonic)`")
            }
            return ZoneRecord(type: format.type, timeToLive: timeToLive, data: parts)
        }
        guard mnemonic.hasPrefix("TYPE"), let type = UInt16(mnemonic.dropFirst(4)), tokens.first == "\\#",
            let length = tokens.dropFirst().first.flatMap({ Int($0) }),
            let bytes = RecordFormat.hexadecimal(tokens.dropFirst(2).joined()), bytes.count == length
        else { throw error("the type `\(mnemonic)` is not known; `TYPEn \\# LENGTH HEX` writes any type") }
        return ZoneRecord(type: type, timeToLive: timeToLive, data: [.bytes(bytes)])
    }

    private func error(_ message: String) -> ZoneTextError { ZoneTextError(line: lineNumber, message: message) }

    /// Words and quoted strings, without the comment; nil when a quote stays open.
    private static func tokens(_ line: Substring) -> [String]? {
        var tokens: [String] = []
        var current = ""
        var isQuoted = false
        var isOpen = false
        for character in line {
            switch character {
            case "\"":
                isQuoted.toggle()
                isOpen = true
            case ";" where !isQuoted:
                return isOpen ? tokens + [current] : tokens
            case " " where !isQuoted, "\t" where !isQuoted:
                if isOpen { tokens.append(current) }
                (current, isOpen) = ("", false)
            default:
                current.append(character)
                isOpen = true
            }
        }
        if isQuoted { return nil }
        return isOpen ? tokens + [current] : tokens
    }
}

/// Where and why a zone's text cannot be read.
package struct ZoneTextError: Error, Equatable, Sendable, CustomStringConvertible {
    package let line: Int
    package let message: String

    package var description: String { "line \(line): \(message)" }
}
