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
        var reader = ZoneReader(String(line.text), origin: origin, ttl: defaultTTL, firstLine: line.number)
        do throws(ZoneTextError) {
            guard let record = try reader.next() else {
                throw ZoneTextError(line: line.number, message: "`\(line.text)` is no record")
            }
            return ScenarioEntry.Record(
                section: section, owner: record.owner, ttl: record.ttl, recordClass: record.recordClass,
                type: record.type, data: record.data)
        } catch {
            throw .malformed(error.message, line: error.line)
        }
    }

    /// Seconds, or a number with a unit: `1h`, `2d12h`.
    static func lifetime(_ text: Substring, line: Int) throws(ScenarioError) -> UInt32 {
        guard let seconds = TimeToLiveText.seconds(String(text)) else {
            throw .malformed("`\(text)` is no time to live", line: line)
        }
        return seconds
    }
}
