@testable import DNSWire

/// The bytes that hexadecimal digits spell; blanks and line ends are skipped.
func bytes(_ digits: String) -> [UInt8] {
    let nibbles = digits.compactMap(\.hexDigitValue)
    precondition(nibbles.count % 2 == 0, "an octet has two digits")
    return stride(from: 0, to: nibbles.count, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
}

/// A name that the test knows to be one.
func name(_ text: String) -> OwnedName {
    guard let name = OwnedName(text) else { preconditionFailure("`\(text)` is no name") }
    return name
}

/// Everything a parser does with a message, the text of all records included.
@discardableResult
func readEverything(_ message: [UInt8]) -> Int {
    var textLength = 0
    do {
        let view = try MessageView(message.span)
        if let question = try view.question() { textLength += question.name.text.utf8.count }
        _ = try view.opt()
        var cursor = try view.records()
        while let record = try cursor.next() {
            textLength += record.text.utf8.count
            _ = record.owner.hash(NameHashKey(1, 2))
        }
    } catch {}
    return textLength
}

/// What validation says: the summary and the offsets of the TTLs; nil for a message that is refused.
func validated(_ message: [UInt8]) -> (summary: MessageSummary, ttlOffsets: [UInt16])? {
    var offsets: [UInt16] = []
    guard let view = try? MessageView(message.span),
        let summary = try? view.validate(recordingTTLOffsets: &offsets)
    else { return nil }
    return (summary, offsets)
}

/// The lines of a message's records.
func recordLines(_ message: [UInt8]) throws -> [String] {
    var lines: [String] = []
    let view = try MessageView(message.span)
    var cursor = try view.records()
    while let record = try cursor.next() { lines.append(record.text) }
    return lines
}
