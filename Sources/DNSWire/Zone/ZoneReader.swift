/// Reads the records of a zone file (RFC 1035 section 5.1, RFC 2308 section 4): owner, TTL and class in any order
/// that is allowed, left out where the record before or `$TTL` says them; `@`, relative names, parentheses, quotes and
/// escapes; `$ORIGIN`, `$TTL` and `$GENERATE`; any type as `TYPE65280 \# 2 01ff` (RFC 3597).
package struct ZoneReader {
    private var lexer: ZoneLexer
    private var origin: OwnedName
    private var owner: OwnedName?
    /// Of `$TTL` or the caller, and of the record before.
    private var defaultTTL: UInt32?
    private var previousTTL: UInt32?
    private var generation: ZoneGeneration?
    /// Where the entry that was read last begins.
    package private(set) var lineNumber: Int

    /// `ttl` is what records have that say none. `firstLine` is the number of the text's first line, for messages.
    package init(_ text: String, origin: OwnedName = .root, ttl: UInt32? = nil, firstLine: Int = 1) {
        lexer = ZoneLexer(text, firstLine: firstLine)
        self.origin = origin
        defaultTTL = ttl
        lineNumber = firstLine
    }

    /// The next record, nil after the last.
    package mutating func next() throws(ZoneTextError) -> OwnedRecord? {
        while let line = try nextLine() {
            lineNumber = line.number
            switch String(decoding: line.words[0], as: UTF8.self) {
            case "$ORIGIN": origin = try argument(line, "a domain name") { OwnedName($0, relativeTo: origin) }
            case "$TTL": defaultTTL = try argument(line, "a time in seconds", TimeToLiveText.seconds)
            case "$GENERATE": generation = try ZoneGeneration(line)
            case "$INCLUDE": throw error("$INCLUDE is not followed: put the records here")
            default: return try record(line)
            }
        }
        return nil
    }

    private mutating func nextLine() throws(ZoneTextError) -> ZoneLine? {
        if let line = generation?.next() {
            guard !line.words.isEmpty else { throw error("$GENERATE needs a record behind its range") }
            return line
        }
        generation = nil
        return try lexer.next()
    }

    private func argument<Value>(
        _ line: ZoneLine, _ kind: String, _ read: (String) -> Value?
    ) throws(ZoneTextError) -> Value {
        guard line.words.count == 2, let value = read(String(decoding: line.words[1], as: UTF8.self)) else {
            throw error("\(String(decoding: line.words[0], as: UTF8.self)) needs \(kind)")
        }
        return value
    }

    private mutating func record(_ line: ZoneLine) throws(ZoneTextError) -> OwnedRecord {
        var words = line.words[...]
        let owner = try owner(line, &words)
        self.owner = owner
        var (ttl, recordClass) = (UInt32?.none, RecordClass?.none)
        while let word = words.popFirst() {
            let text = String(decoding: word, as: UTF8.self)
            if ttl == nil, let seconds = TimeToLiveText.seconds(text) {
                ttl = seconds
            } else if recordClass == nil, let found = RecordClass(text) {
                recordClass = found
            } else {
                guard let type = RecordType(text) else { throw error("`\(text)` is no record type, class or TTL") }
                previousTTL = ttl ?? previousTTL
                return OwnedRecord(
                    owner: owner, ttl: try timeToLive(ttl), recordClass: recordClass ?? .internet, type: type,
                    data: try data(type, words))
            }
        }
        throw error("the record type is missing")
    }

    private func owner(_ line: ZoneLine, _ words: inout ArraySlice<[UInt8]>) throws(ZoneTextError) -> OwnedName {
        if line.beginsWithBlank {
            guard let owner else { throw error("a line that begins with a blank needs a record before it") }
            return owner
        }
        let text = String(decoding: words.removeFirst(), as: UTF8.self)
        guard let name = OwnedName(text, relativeTo: origin) else { throw error("`\(text)` is no domain name") }
        return name
    }

    /// RFC 2308 section 4: `$TTL` before the record before.
    private func timeToLive(_ written: UInt32?) throws(ZoneTextError) -> UInt32 {
        guard let ttl = written ?? defaultTTL ?? previousTTL else {
            throw error("the TTL is missing: write it behind the name, or $TTL above")
        }
        return ttl
    }

    private func data(_ type: RecordType, _ words: ArraySlice<[UInt8]>) throws(ZoneTextError) -> [UInt8] {
        do throws(RdataSyntaxError) {
            return try RdataParser.parse(type, words, origin: origin)
        } catch {
            throw self.error(error.description)
        }
    }

    private func error(_ message: String) -> ZoneTextError { ZoneTextError(line: lineNumber, message: message) }
}
