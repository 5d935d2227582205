internal import DNSWire

/// A question or a record as one line of a zone file.
enum RecordLine {
    /// What the field's runners take when a line has no TTL.
    static let defaultTTL: UInt32 = 3600

    static func question(_ line: ScenarioLine, origin: OwnedName) throws(ScenarioError) -> ScenarioEntry.Question {
        let words = line.words
        guard let first = words.first, let name = OwnedName(first, relativeTo: origin) else {
            throw .malformed("`\(line.text)` is no question", line: line.number)
        }
        var recordClass = RecordClass.internet
        for word in words.dropFirst() {
            if let type = RecordType(word) {
                return ScenarioEntry.Question(name: name, type: type, recordClass: recordClass)
            }
            guard let known = RecordClass(word) else { break }
            recordClass = known
        }
        throw .malformed("the question `\(line.text)` has no type", line: line.number)
    }

    static func record(
        _ line: ScenarioLine, _ section: Section, origin: OwnedName, defaultTTL: UInt32
    ) throws(ScenarioError) -> ScenarioEntry.Record {
        var rest = line.text
        guard let owner = OwnedName(takeWord(&rest), relativeTo: origin) else {
            throw .malformed("`\(line.text)` does not begin with a domain name", line: line.number)
        }
        var ttl = defaultTTL
        var recordClass = RecordClass.internet
        while true {
            let word = takeWord(&rest)
            if word.isEmpty { throw .malformed("the record `\(line.text)` has no type", line: line.number) }
            if word.first?.isNumber == true {
                ttl = try lifetime(word, line: line.number)
            } else if let known = RecordClass(word) {
                recordClass = known
            } else if let type = RecordType(word) {
                let data = try data(type, rest, origin, line.number)
                return ScenarioEntry.Record(
                    section: section, owner: owner, ttl: ttl, recordClass: recordClass, type: type, data: data)
            } else {
                throw .unsupported("record type \(word)", line: line.number)
            }
        }
    }

    /// Seconds, or a number with a unit: `1h`, `2d12h`.
    static func lifetime(_ text: Substring, line: Int) throws(ScenarioError) -> UInt32 {
        var total: UInt64 = 0
        var number: UInt64?
        for character in text.lowercased() {
            if let digit = character.wholeNumberValue {
                number = min((number ?? 0) * 10 + UInt64(digit), 1 << 40)
            } else if let unit = units[character], let value = number {
                total += value * unit
                number = nil
            } else {
                throw .malformed("`\(text)` is no time to live", line: line)
            }
        }
        guard let seconds = UInt32(exactly: total + (number ?? 0)) else {
            throw .malformed("`\(text)` is no time to live", line: line)
        }
        return seconds
    }

    private static let units: [Character: UInt64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]

    private static func data(
        _ type: RecordType, _ text: Substring, _ origin: OwnedName, _ line: Int
    ) throws(ScenarioError) -> [UInt8] {
        do {
            return try RdataParser.parse(type, withoutParentheses(text), origin: origin)
        } catch {
            throw .malformed(error.description, line: line)
        }
    }

    /// Parentheses let a record run over several lines; on one line they mean nothing.
    private static func withoutParentheses(_ text: Substring) -> String {
        var isQuoted = false
        return String(
            text.map { character in
                if character == "\"" { isQuoted.toggle() }
                return !isQuoted && (character == "(" || character == ")") ? " " : character
            })
    }

    private static func takeWord(_ rest: inout Substring) -> Substring {
        let word = rest.prefix { !$0.isWhitespace }
        rest = rest.dropFirst(word.count).drop(while: \.isWhitespace)
        return word
    }
}
