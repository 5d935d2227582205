import ByteCodec
import DNSWire

/// Queries and what is looked at in answers.
enum TestQuery {
    static func bytes(_ name: String, _ type: RecordType = .a, id: UInt16 = 1) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        var room = bytes.mutableSpan
        guard let name = OwnedName(name), let count = try? write(name, type, id, &room) else { return [] }
        return Array(bytes.prefix(count))
    }

    private static func write(
        _ name: OwnedName, _ type: RecordType, _ id: UInt16, _ room: inout MutableSpan<UInt8>
    ) throws -> Int {
        var builder = try MessageBuilder(&room, header: Header(id: id, flags: .recursiveQuery))
        try builder.addQuestion(name.view, type, .internet)
        try builder.beginOPT(OPTParameters(payloadSize: 1232))
        builder.endOPT()
        return builder.finish()
    }

    /// With the 16-bit length that streams have.
    static func framed(_ message: [UInt8]) -> [UInt8] {
        [UInt8(message.count >> 8), UInt8(message.count & 255)] + message
    }
}

struct TestAnswer: Equatable, CustomStringConvertible {
    var id: UInt16
    var code: ResponseCode
    var isTruncated: Bool
    var lines: [String] = []
    var ttls: [UInt32] = []
    var extendedErrors: [String] = []

    init?(_ bytes: [UInt8]) {
        guard let message = try? MessageView(bytes.span), message.header.flags.isResponse else { return nil }
        id = message.header.id
        code = message.header.flags.responseCode
        isTruncated = message.header.flags.isTruncated
        try? readRecords(of: message)
    }

    private mutating func readRecords(of message: MessageView) throws {
        var records = try message.records()
        while let record = try records.next() {
            guard !record.type.isPerMessage else { continue }
            lines.append(record.rdataText)
            ttls.append(record.ttl)
        }
        guard let opt = try message.opt() else { return }
        var options = opt.options
        while let option = try options.next() {
            if let (_, text) = option.extendedError { extendedErrors.append(text) }
        }
    }

    var description: String { "\(id) \(code) \(lines) \(extendedErrors)" }
}
