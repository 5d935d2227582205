import ByteCodec
import DNSWire
import NetworkTypes

/// A response as the product's own parser reads it, in a form that is easy to compare.
struct DecodedMessage {
    var id: UInt16 = 0
    var flags = Flags(rawValue: 0)
    var questionCount: UInt16 = 0
    var question = ""
    /// `OWNER TTL TYPE DATA`: addresses as text, one name as text, anything else as hexadecimal digits.
    var answers: [String] = []
    var authority: [String] = []
    var optVersion: UInt8?
    var wantsDNSSEC = false
    var responseCode = ResponseCode.noError
    var paddingCount: Int?

    init(_ bytes: [UInt8]) throws(WireError) {
        let message = try MessageView(bytes.span)
        id = message.header.id
        flags = message.header.flags
        questionCount = message.header.questionCount
        responseCode = flags.responseCode
        if let asked = try message.question() { question = "\(DecodedMessage.text(asked.name)) \(asked.type)" }
        var cursor = try message.records()
        while let record = try cursor.next() {
            switch record.section {
            case .answer: answers.append(try DecodedMessage.line(record))
            case .authority: authority.append(try DecodedMessage.line(record))
            default: try take(record)
            }
        }
        guard cursor.offset == bytes.count else { throw .malformed(offset: cursor.offset) }
    }

    private mutating func take(_ record: RecordView) throws(WireError) {
        let opt = try OPTView(record)
        optVersion = opt.version
        wantsDNSSEC = opt.wantsDNSSEC
        responseCode = opt.responseCode(flags)
        var options = opt.options
        while let option = try options.next() {
            if option.code == .padding { paddingCount = option.data.count }
        }
    }

    private static func line(_ record: RecordView) throws(WireError) -> String {
        "\(text(record.owner)) \(record.ttl) \(record.type) \(try data(record))"
    }

    private static func data(_ record: RecordView) throws(WireError) -> String {
        let data = record.rdata
        switch record.type {
        case .a: return "\(IPv4Address(bits: data.bigEndianUInt32(at: 0)))"
        case .aaaa:
            let groups = (0..<8).map { data.bigEndianUInt16(at: 2 * $0) }
            return "\(IPv6Address(groups: groups))"
        case .cname, .ns, .ptr, .dname, .soa: return text(try record.target())
        case .mx, .svcb, .https: return "\(data.bigEndianUInt16(at: 0)) \(text(try record.target(after: 2)))"
        case .srv: return "\(data.bigEndianUInt16(at: 0)) \(text(try record.target(after: 6)))"
        default:
            return data.indices.map { String(0x100 + Int(data[$0]), radix: 16).dropFirst() }.joined()
        }
    }

    /// Without the final dot, as people write names.
    private static func text(_ name: NameView) -> String {
        name.isRoot ? "." : String(name.text.dropLast())
    }
}
