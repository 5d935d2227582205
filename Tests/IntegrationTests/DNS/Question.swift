/// One question, as a client writes it. Independent of the code under test on purpose.
struct Question: Equatable {
    var name: String
    var type: UInt16
    var identifier: UInt16 = 0x2a2a
    /// The payload size of an OPT record, or nil for a query without EDNS.
    var payloadSize: UInt16? = 1232

    init(_ name: String, _ kind: RecordKind = .a, identifier: UInt16 = 0x2a2a, payloadSize: UInt16? = 1232) {
        self.name = name
        type = kind.rawValue
        self.identifier = identifier
        self.payloadSize = payloadSize
    }

    /// The same question with letters of the name in either case, always in the same places.
    var inMixedCase: Question {
        var mixed = self
        mixed.name = String(
            name.enumerated().map { $0 % 3 == 1 ? Character($1.uppercased()) : $1 })
        return mixed
    }

    /// The name, type and class as they stand in the message.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for label in name.split(separator: ".") { bytes += [UInt8(label.utf8.count)] + Array(label.utf8) }
        return bytes + [0] + type.bigEndianBytes + [0, 1]
    }

    /// A query with recursion desired.
    var message: [UInt8] {
        let additional: [UInt8] = payloadSize == nil ? [0, 0] : [0, 1]
        let header = identifier.bigEndianBytes + [0x01, 0x00, 0, 1, 0, 0, 0, 0] + additional
        let options = payloadSize.map { [0, 0, 41] + $0.bigEndianBytes + [0, 0, 0, 0, 0, 0] } ?? []
        return header + bytes + options
    }
}

extension UInt16 {
    var bigEndianBytes: [UInt8] { [UInt8(self >> 8), UInt8(self & 0xff)] }
}

extension [UInt8] {
    /// With its length before it (RFC 1035 section 4.2.2).
    var framed: [UInt8] { UInt16(count).bigEndianBytes + self }
}
