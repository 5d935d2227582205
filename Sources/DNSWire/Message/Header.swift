package import ByteCodec

/// The twelve bytes that every message begins with (RFC 1035 section 4.1.1), as a value: id, flags, counts.
package struct Header: Equatable, BitwiseCopyable, Sendable {
    /// How many bytes a header has.
    package static let length = 12

    package var id: UInt16
    package var flags: Flags
    package var questionCount: UInt16 = 0
    package var answerCount: UInt16 = 0
    package var authorityCount: UInt16 = 0
    package var additionalCount: UInt16 = 0

    package init(id: UInt16, flags: Flags) {
        self.id = id
        self.flags = flags
    }

    /// Reads the first twelve bytes of `message`; throws `.truncated` when there are fewer.
    package init(_ message: Span<UInt8>) throws(WireError) {
        guard message.count >= Header.length else { throw .truncated(offset: message.count) }
        self.init(uncheckedIn: message)
    }

    /// Reads the header of a message that was found to be long enough.
    init(uncheckedIn message: Span<UInt8>) {
        let message = message.extracting(0..<Header.length)
        id = message.bigEndianUInt16(at: 0)
        flags = Flags(rawValue: message.bigEndianUInt16(at: 2))
        questionCount = message.bigEndianUInt16(at: 4)
        answerCount = message.bigEndianUInt16(at: 6)
        authorityCount = message.bigEndianUInt16(at: 8)
        additionalCount = message.bigEndianUInt16(at: 10)
    }

    /// Overwrites the first twelve bytes of `message`.
    package func write(to message: inout MutableSpan<UInt8>) {
        message.setBigEndian(id, at: 0)
        message.setBigEndian(flags.rawValue, at: 2)
        message.setBigEndian(questionCount, at: 4)
        message.setBigEndian(answerCount, at: 6)
        message.setBigEndian(authorityCount, at: 8)
        message.setBigEndian(additionalCount, at: 10)
    }

    /// How many records the header announces in a section.
    package subscript(section: Section) -> UInt16 {
        get {
            switch section {
            case .answer: answerCount
            case .authority: authorityCount
            case .additional: additionalCount
            }
        }
        set {
            switch section {
            case .answer: answerCount = newValue
            case .authority: authorityCount = newValue
            case .additional: additionalCount = newValue
            }
        }
    }
}

/// The three sections that hold records, in the order in which they stand.
package enum Section: UInt8, BitwiseCopyable, Sendable, CaseIterable, Comparable {
    case answer
    case authority
    case additional

    package static func < (left: Section, right: Section) -> Bool { left.rawValue < right.rawValue }
}
