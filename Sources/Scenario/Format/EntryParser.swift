internal import DNSWire

/// Reads what stands between ENTRY_BEGIN and ENTRY_END.
struct EntryParser {
    private var entry: ScenarioEntry
    private var section: Section?
    private var isQuestion = false
    private var origin: OwnedName
    private var defaultTTL: UInt32

    private init(line: Int, origin: OwnedName, defaultTTL: UInt32) {
        entry = ScenarioEntry(line: line)
        self.origin = origin
        self.defaultTTL = defaultTTL
    }

    /// Reads an entry whose first line was taken.
    static func parse(
        _ lines: inout ScenarioLines, since line: Int, origin: OwnedName, defaultTTL: UInt32
    ) throws(ScenarioError) -> ScenarioEntry {
        var parser = EntryParser(line: line, origin: origin, defaultTTL: defaultTTL)
        while true {
            let line = try lines.next("ENTRY_END", since: line)
            if line.keyword == "ENTRY_END" { return parser.entry }
            try parser.read(line, &lines)
        }
    }

    private mutating func read(_ line: ScenarioLine, _ lines: inout ScenarioLines) throws(ScenarioError) {
        switch line.keyword {
        case "MATCH": for word in line.words.dropFirst() { try entry.match.add(word, line: line.number) }
        case "ADJUST": for word in line.words.dropFirst() { try adjust(word, line.number) }
        case "REPLY": for word in line.words.dropFirst() { try reply(word, line.number) }
        case "OPCODE": for word in line.words.dropFirst() { try reply(word, line.number) }
        case "SECTION": try enter(line)
        case "$ORIGIN": origin = try name(line.rest, line.number)
        case "$TTL": defaultTTL = try RecordLine.lifetime(line.rest, line: line.number)
        case "HEX_ANSWER_BEGIN": entry.raw = try octets(&lines, until: "HEX_ANSWER_END", since: line.number)
        case "HEX_EDNSDATA_BEGIN":
            entry.options = try octets(&lines, until: "HEX_EDNSDATA_END", since: line.number)
        case "HEX_EDNS_BEGIN": entry.options = try octets(&lines, until: "HEX_EDNS_END", since: line.number)
        case "RAW": entry.raw = try raw(line, &lines)
        case "EXTRA_PACKET", "ENTRY_BEGIN": throw .unsupported(String(line.keyword), line: line.number)
        default: try readRecord(line)
        }
    }

    private mutating func readRecord(_ line: ScenarioLine) throws(ScenarioError) {
        if isQuestion {
            entry.questions.append(try RecordLine.question(line, origin: origin))
        } else if let section {
            entry.records.append(try RecordLine.record(line, section, origin: origin, defaultTTL: defaultTTL))
        } else {
            throw .unsupported(String(line.keyword), line: line.number)
        }
    }

    private mutating func enter(_ line: ScenarioLine) throws(ScenarioError) {
        isQuestion = false
        switch line.rest {
        case "QUESTION": isQuestion = true
        case "ANSWER": section = .answer
        case "AUTHORITY": section = .authority
        case "ADDITIONAL": section = .additional
        default: throw .unsupported("SECTION \(line.rest)", line: line.number)
        }
    }

    private mutating func adjust(_ word: Substring, _ line: Int) throws(ScenarioError) {
        switch word {
        // The id of a query is its session's, and every answer gets it back.
        case "copy_id": break
        case "copy_query": entry.adjustment.copiesQuestion = true
        case "do_not_answer": entry.adjustment.isSilent = true
        default:
            guard let separator = word.firstIndex(of: "="), ["sleep", "packet_sleep"].contains(word[..<separator]),
                let seconds = Double(word[word.index(after: separator)...]), seconds >= 0, seconds < 1e6
            else { throw .unsupported("ADJUST \(word)", line: line) }
            entry.adjustment.delay = seconds
        }
    }

    private mutating func reply(_ word: Substring, _ line: Int) throws(ScenarioError) {
        if setFlag(word) { return }
        if let opcode = EntryParser.opcodes.first(where: { $0.description == word }) {
            entry.flags.opcode = opcode
        } else if let code = ResponseCode(word == "NOTIMPL" ? "NOTIMP" : word) {
            entry.code = code
        } else {
            throw .unsupported("REPLY \(word)", line: line)
        }
    }

    private mutating func setFlag(_ word: Substring) -> Bool {
        switch word {
        case "QR": entry.flags.isResponse = true
        case "AA": entry.flags.isAuthoritative = true
        case "TC": entry.flags.isTruncated = true
        case "RD": entry.flags.recursionDesired = true
        case "RA": entry.flags.recursionAvailable = true
        case "AD": entry.flags.authenticData = true
        case "CD": entry.flags.checkingDisabled = true
        case "DO": entry.wantsDNSSEC = true
        default: return false
        }
        return true
    }

    private static let opcodes: [Opcode] = [.query, .inverseQuery, .status, .notify, .update, .statefulOperations]

    private func name(_ text: Substring, _ line: Int) throws(ScenarioError) -> OwnedName {
        guard let name = OwnedName(text) else { throw .malformed("`\(text)` is no domain name", line: line) }
        return name
    }
}

extension EntryParser {
    /// Octets in the line, or in the next one.
    private func raw(_ line: ScenarioLine, _ lines: inout ScenarioLines) throws(ScenarioError) -> [UInt8] {
        guard line.rest.isEmpty else { return try EntryParser.octets(line.rest, line.number) }
        let next = try lines.next("ENTRY_END", since: line.number)
        return try EntryParser.octets(next.text, next.number)
    }

    /// Octets as pairs of digits, over any number of lines.
    private func octets(
        _ lines: inout ScenarioLines, until end: String, since line: Int
    ) throws(ScenarioError) -> [UInt8] {
        var octets: [UInt8] = []
        while true {
            let next = try lines.next(end, since: line)
            if next.keyword == end { return octets }
            octets += try EntryParser.octets(next.text, next.number)
        }
    }

    private static func octets(_ text: Substring, _ line: Int) throws(ScenarioError) -> [UInt8] {
        let digits = text.filter { !$0.isWhitespace }.map(\.hexDigitValue)
        let values = digits.compactMap { $0 }
        guard values.count == digits.count, values.count % 2 == 0 else {
            throw .malformed("`\(text)` is not whole octets in hexadecimal", line: line)
        }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}
