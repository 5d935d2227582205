package import ByteCodec

extension MessageView {
    /// Copies the message without its OPT record, which belongs to one hop (RFC 6891 section 6.1.1), and says how
    /// many bytes the copy has. `summary` and `ttlOffsets` are what validation gave; the offsets are kept right.
    package func copyWithoutOPT(
        _ summary: MessageSummary, ttlOffsets: inout [UInt16], into destination: inout MutableSpan<UInt8>
    ) throws(WireError) -> Int {
        let end = summary.opt?.lowerBound ?? bytes.count
        guard summary.opt == nil || summary.opt?.upperBound == bytes.count else {
            return try rebuildWithoutOPT(&ttlOffsets, &destination)
        }
        guard end <= destination.count else { throw .overflow(offset: destination.count) }
        destination.copy(bytes.extracting(0..<end), to: 0)
        var header = header
        if summary.opt != nil { header.additionalCount -= 1 }
        header.write(to: &destination)
        return end
    }

    /// Records behind OPT may point to others behind it, so that all are written anew.
    private func rebuildWithoutOPT(
        _ ttlOffsets: inout [UInt16], _ destination: inout MutableSpan<UInt8>
    ) throws(WireError) -> Int {
        let count = try recordsWithoutOPT(into: &destination)
        _ = try MessageView(destination.span.extracting(0..<count)).validate(recordingTTLOffsets: &ttlOffsets)
        return count
    }

    private func recordsWithoutOPT(into destination: inout MutableSpan<UInt8>) throws(WireError) -> Int {
        var builder = try MessageBuilder(&destination, header: header)
        var offset = Header.length
        for _ in 0..<header.questionCount {
            let question = try QuestionView(in: bytes, at: offset)
            try builder.addQuestion(question.name, question.type, question.recordClass)
            offset = question.endOffset
        }
        var cursor = try records()
        while let record = try cursor.next() {
            if record.type != .opt { try builder.addRecord(copying: record) }
        }
        return builder.finish()
    }
}
