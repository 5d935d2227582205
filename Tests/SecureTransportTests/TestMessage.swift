import ByteCodec

/// DNS messages, written down by hand so that the session is not tested with its own codec.
enum TestMessage {
    static func query(_ name: String, type: UInt16 = 1, identifier: UInt16 = 0) -> [UInt8] {
        header(identifier, flags: 0x0100, questions: 1) + question(name, type: type)
    }

    /// An answer to `query` with `padding` zero bytes behind the question, as records would be.
    static func answer(to query: [UInt8], flags: UInt16 = 0x8180, padding: Int = 16) -> [UInt8] {
        var message = query
        message[2] = UInt8(flags >> 8)
        message[3] = UInt8(truncatingIfNeeded: flags)
        return message + [UInt8](repeating: 0, count: padding)
    }

    /// A header alone, as some servers answer what they cannot read.
    static func bareError(to query: [UInt8], code: UInt16) -> [UInt8] {
        header(UInt16(query[0]) << 8 | UInt16(query[1]), flags: 0x8180 | code, questions: 0)
    }

    /// An answer whose OPT record says that an idle connection is kept for so many tenths of a second.
    static func answer(to query: [UInt8], keepalive: UInt16) -> [UInt8] {
        var message = answer(to: query, padding: 0)
        message[11] = 1
        message += [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 10]
        // Another option before it.
        message += [0, 12, 0, 0, 0, 11, 0, 2]
        message.appendBigEndian(keepalive)
        return message
    }

    /// What such an answer says; nil for another one.
    static func idleMilliseconds(in message: [UInt8]) -> UInt64? {
        guard message.suffix(14).starts(with: [0, 0, 0, 10, 0, 12, 0, 0, 0, 11, 0, 2]) else { return nil }
        return UInt64(identifier(of: message.suffix(2))) * 100
    }

    static func framed(_ message: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        frame.appendBigEndian(UInt16(message.count))
        return frame + message
    }

    static func identifier(of message: some Collection<UInt8>) -> UInt16 {
        message.prefix(2).reduce(0) { $0 << 8 | UInt16($1) }
    }

    private static func header(_ identifier: UInt16, flags: UInt16, questions: UInt16) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(identifier)
        bytes.appendBigEndian(flags)
        bytes.appendBigEndian(questions)
        return bytes + [0, 0, 0, 0, 0, 0]
    }

    private static func question(_ name: String, type: UInt16) -> [UInt8] {
        var bytes: [UInt8] = []
        for label in name.split(separator: ".") { bytes += [UInt8(label.utf8.count)] + Array(label.utf8) }
        bytes.append(0)
        bytes.appendBigEndian(type)
        bytes.appendBigEndian(UInt16(1))
        return bytes
    }
}
