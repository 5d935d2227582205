package import ByteCodec

/// A DNS message as the bytes that came: the header is read, everything else when it is asked for.
package struct MessageView: ~Escapable, BitwiseCopyable {
    /// What the two-byte length of a stream frame can say (RFC 1035 section 4.2.2).
    package static let maximumLength = 65_535

    package let bytes: Span<UInt8>
    package let header: Header

    /// Throws when there is no whole header, or more than a message can have.
    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>) throws(WireError) {
        guard bytes.count <= MessageView.maximumLength else { throw .overflow(offset: MessageView.maximumLength) }
        header = try Header(bytes)
        self.bytes = bytes
    }

    /// The first question; nil when the message has none.
    @_lifetime(copy self)
    package func question() throws(WireError) -> QuestionView? {
        guard header.questionCount > 0 else { return nil }
        return try QuestionView(in: bytes, at: Header.length)
    }

    /// All records, behind however many questions.
    @_lifetime(copy self)
    package func records() throws(WireError) -> RecordCursor {
        var offset = Header.length
        for _ in 0..<header.questionCount { offset = try QuestionView(in: bytes, at: offset).endOffset }
        return RecordCursor(bytes, header: header, from: offset)
    }

    /// The OPT record; nil when there is none.
    @_lifetime(copy self)
    package func opt() throws(WireError) -> OPTView? {
        var cursor = try records()
        while let record = try cursor.next() {
            if record.section == .additional, record.type == .opt { return try OPTView(record) }
        }
        return nil
    }
}
