/// What `$GENERATE FIRST-LAST[/STEP] RECORD` stands for: the record once for each number, which replaces every `$`
/// that no backslash escapes.
struct ZoneGeneration {
    /// How often one $GENERATE may repeat its record.
    static let maximumRecords = 10_000

    private var number: Int
    private let last: Int
    private let step: Int
    private let template: ZoneLine

    init(_ line: ZoneLine) throws(ZoneTextError) {
        let range = line.words.count > 1 ? String(decoding: line.words[1], as: UTF8.self) : ""
        guard let (first, last, step) = ZoneGeneration.range(range) else {
            throw ZoneTextError(line: line.number, message: "$GENERATE needs a range such as 1-250 or 0-250/10")
        }
        guard (last - first) / step < ZoneGeneration.maximumRecords else {
            throw ZoneTextError(
                line: line.number, message: "one $GENERATE makes at most \(ZoneGeneration.maximumRecords) records")
        }
        (number, self.last, self.step) = (first, last, step)
        template = ZoneLine(number: line.number, beginsWithBlank: false, words: Array(line.words.dropFirst(2)))
    }

    /// The next line, nil when all are given.
    mutating func next() -> ZoneLine? {
        guard number <= last else { return nil }
        var line = template
        line.words = line.words.map { ZoneGeneration.fill($0, with: Array(String(number).utf8)) }
        number += step
        return line
    }

    private static func range(_ text: String) -> (first: Int, last: Int, step: Int)? {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        let bounds = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { UInt32($0) }
        guard halves.count <= 2, bounds.count == 2, let first = bounds[0], let last = bounds[1], first <= last,
            let step = halves.count == 2 ? UInt32(halves[1]) : 1, step > 0
        else { return nil }
        return (Int(first), Int(last), Int(step))
    }

    private static func fill(_ word: [UInt8], with number: [UInt8]) -> [UInt8] {
        var filled: [UInt8] = []
        var rest = word[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "$") {
                filled += number
            } else {
                filled.append(byte)
                if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() { filled.append(escaped) }
            }
        }
        return filled
    }
}
