package import ByteCodec

/// Walks the records of a message from the first answer to the last additional record.
package struct RecordCursor: ~Escapable, BitwiseCopyable {
    private let message: Span<UInt8>
    private let header: Header
    private var section: Section = .answer
    private var seen: UInt16 = 0
    /// Where the next record begins; the end of the last one once there is none.
    package private(set) var offset: Int

    @_lifetime(copy message)
    init(_ message: Span<UInt8>, header: Header, from offset: Int) {
        self.message = message
        self.header = header
        self.offset = offset
    }

    /// The next record, nil after the last. A record whose frame is broken throws, and ends the walk: nothing
    /// tells where the next one begins.
    @_lifetime(copy self)
    package mutating func next() throws(WireError) -> RecordView? {
        guard enterSectionWithRecords() else { return nil }
        let record: RecordView
        do {
            record = try RecordView(in: message, at: offset, section: section)
        } catch {
            section = .additional
            seen = header[.additional]
            throw error
        }
        seen &+= 1
        offset = record.endOffset
        return record
    }

    @_lifetime(self: copy self)
    private mutating func enterSectionWithRecords() -> Bool {
        while seen == header[section] {
            guard let following = Section(rawValue: section.rawValue + 1) else { return false }
            section = following
            seen = 0
        }
        return true
    }
}
