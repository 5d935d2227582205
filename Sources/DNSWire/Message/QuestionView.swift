package import ByteCodec

/// One question: a name, a type and a class (RFC 1035 section 4.1.2).
package struct QuestionView: ~Escapable, BitwiseCopyable {
    package let name: NameView
    package let type: RecordType
    package let recordClass: RecordClass

    /// Checks the question at `offset`.
    @_lifetime(copy message)
    package init(in message: Span<UInt8>, at offset: Int) throws(WireError) {
        name = try NameView(in: message, at: offset)
        let fixed = name.endOffset
        guard fixed + 4 <= message.count else { throw .truncated(offset: fixed) }
        type = RecordType(rawValue: message.bigEndianUInt16(at: fixed))
        recordClass = RecordClass(rawValue: message.bigEndianUInt16(at: fixed + 2))
    }

    package var offset: Int { name.offset }

    /// Where the bytes after the question begin.
    package var endOffset: Int { name.endOffset + 4 }

    /// The question as it stands in the message.
    package var bytes: Span<UInt8> {
        @_lifetime(copy self)
        get { name.message.extracting(offset..<endOffset) }
    }

    /// The same name, type and class, whatever the case.
    package static func == (left: QuestionView, right: QuestionView) -> Bool {
        left.type == right.type && left.recordClass == right.recordClass && left.name == right.name
    }
}
