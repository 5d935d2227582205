package import ByteCodec

/// One option of an OPT record, where it stands.
package struct EDNSOptionView: ~Escapable, BitwiseCopyable {
    package let code: EDNSOptionCode
    package let data: Span<UInt8>

    @_lifetime(copy data)
    init(code: EDNSOptionCode, data: Span<UInt8>) {
        self.code = code
        self.data = data
    }

    /// The extended error in this option: its code and text (RFC 8914 section 2); nil for another option, or one
    /// that is too short. Text that is not UTF-8 is repaired.
    package var extendedError: (code: ExtendedErrorCode, text: String)? {
        guard code == .extendedError, data.count >= 2 else { return nil }
        let text = [UInt8](data.extracting(2..<data.count))
        return (ExtendedErrorCode(rawValue: data.bigEndianUInt16(at: 0)), String(decoding: text, as: UTF8.self))
    }

    /// Milliseconds for which the server keeps an idle connection, in this option (RFC 7828 section 3.1); nil for another
    /// option, or one that says no time.
    package var idleMilliseconds: UInt64? {
        guard code == .keepalive, data.count == 2 else { return nil }
        return UInt64(data.bigEndianUInt16(at: 0)) * 100
    }
}

/// Walks the options of an OPT record.
package struct EDNSOptionCursor: ~Escapable, BitwiseCopyable {
    private let message: Span<UInt8>
    private var offset: Int
    private let end: Int

    @_lifetime(copy message)
    init(_ message: Span<UInt8>, from offset: Int, to end: Int) {
        self.message = message
        self.offset = offset
        self.end = end
    }

    /// The next option, nil after the last; throws when it passes the end of the record.
    @_lifetime(copy self)
    package mutating func next() throws(WireError) -> EDNSOptionView? {
        guard offset < end else { return nil }
        guard offset + 4 <= end else { throw .truncated(offset: offset) }
        let code = EDNSOptionCode(rawValue: message.bigEndianUInt16(at: offset))
        let start = offset + 4
        let finish = start + Int(message.bigEndianUInt16(at: offset + 2))
        guard finish <= end else { throw .truncated(offset: start) }
        offset = finish
        return EDNSOptionView(code: code, data: message.extracting(start..<finish))
    }
}
