import ByteCodec

@testable import DNSWire

extension FuzzTarget {
    /// A DNS message: every record can be written as text and read back; what is valid stays so when its TTLs change
    /// and when its records are copied.
    static let message = FuzzTarget(name: "message") { bytes in
        guard let view = try? MessageView(bytes.span) else { return }
        try? readBack(view)
        guard let valid = ValidMessage(bytes) else { return }
        try readBackAll(bytes)
        var aged = bytes
        for offset in valid.ttlOffsets { aged.replaceSubrange(Int(offset)..<Int(offset) + 4, with: [0, 0, 0, 7]) }
        try hold(ValidMessage(aged)?.ttlOffsets == valid.ttlOffsets, "other TTLs make it invalid")
        let copy = ValidMessage(try copied(bytes))
        try hold(copy?.summary.negativeTTL == valid.summary.negativeTTL, "a copy of its records is not the same")
    }

    private static func readBackAll(_ bytes: [UInt8]) throws {
        let view = try MessageView(bytes.span)
        var cursor = try view.records()
        while let record = try cursor.next() { try readBack(record) }
    }

    /// Of a message that may be broken further on.
    private static func readBack(_ view: MessageView) throws {
        _ = try view.question()?.name.text
        var cursor = try view.records()
        while let record = try cursor.next() { _ = record.text }
        _ = try view.opt()
    }

    private static func readBack(_ record: RecordView) throws {
        let text = record.rdataText
        guard let data = try? RdataParser.parse(record.type, text) else {
            throw FuzzFinding(description: "\(record.type) \(text) cannot be read back")
        }
        if RdataLayout.layout(of: record.type).names == 0 {
            try hold(data == [UInt8](record.rdata), "\(record.type) \(text) reads back as \(data)")
        }
        let owner = OwnedName(record.owner)
        try hold(OwnedName(record.owner.text) == owner, "the owner \(owner) reads back otherwise")
    }

    private static func copied(_ bytes: [UInt8]) throws -> [UInt8] {
        var storage = [UInt8](repeating: 0, count: MessageView.maximumLength)
        var span = storage.mutableSpan
        let view = try MessageView(bytes.span)
        var builder = try MessageBuilder(&span, header: view.header)
        var cursor = try view.records()
        while let record = try cursor.next() {
            if record.type.isPerMessage { continue }
            do throws(WireError) {
                try builder.addRecord(copying: record)
            } catch .overflow {
                // Names that pointed into data cannot: the copy may be longer than a message.
                return bytes
            }
        }
        let count = builder.finish()
        return Array(storage[..<count])
    }

    /// Names: where they stand in a message, alone, and as text.
    static let name = FuzzTarget(name: "name") { bytes in
        if let first = bytes.first, let view = try? NameView(in: bytes.span, at: Int(first)) {
            let owned = OwnedName(view)
            try hold(owned.wire.count == view.length && view.length <= NameView.maximumLength, "its length is wrong")
            try hold(owned.view == view && OwnedName(view.text) == owned, "\(view.text) reads back otherwise")
            let key = NameHashKey(1, 2)
            try hold(owned.view.hash(key) == view.hash(key), "equal names have different hashes")
            var count = 0
            var labels = view.labels
            while labels.next() != nil { count += 1 }
            try hold(count == view.labelCount, "labels are lost")
        }
        guard let written = OwnedName(String(decoding: bytes, as: UTF8.self)) else { return }
        try hold(OwnedName(written.description) == written, "\(written) reads back otherwise")
        try hold((try? OwnedName(wire: written.wire)) == written, "\(written) has no valid bytes")
    }

    /// The data of an OPT record, as upstreams and clients send it.
    static let options = FuzzTarget(name: "options") { bytes in
        guard let length = UInt16(exactly: bytes.count) else { return }
        var message: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0x78, 0, 0, 1, 0, 1]
        message += [0, 0, 41, 4, 208, 0, 0, 0x80, 0]
        message.appendBigEndian(length)
        message += bytes
        var isWhole = false
        if let view = try? MessageView(message.span), let opt = try? view.opt() {
            var options = opt.options
            while let option = try options.next() { _ = option.extendedError?.text }
            isWhole = true
        }
        switch QueryAdmission(message.span) {
        case .accepted(let query): try hold(isWhole && query.edns?.wantsDNSSEC == true, "options that do not fit")
        case .refused(let refused): try hold(!isWhole && refused.responseCode == .formatError, "refused: \(refused)")
        case .ignored: try hold(message.count > MessageView.maximumLength, "a query is ignored")
        }
    }

    /// The data of a SVCB record, as bytes and as text.
    static let parameters = FuzzTarget(name: "parameters") { bytes in
        if let length = UInt16(exactly: bytes.count) {
            var message: [UInt8] = [0, 1, 0x81, 0x80, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 64, 0, 1, 0, 0, 0, 60]
            message.appendBigEndian(length)
            if (try? MessageView((message + bytes).span).validated()) != nil { try readBackAll(message + bytes) }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let data = try? RdataParser.parse(.https, text) else { return }
        try hold(RecordText.data(.https, data) == data, "`\(text)` reads back otherwise")
    }

    /// A client's query: what is no query is told so in an answer that is one.
    static let query = FuzzTarget(name: "query") { bytes in
        switch QueryAdmission(bytes.span) {
        case .ignored: try hold(bytes.count < 12 || bytes[2] & 0x80 != 0 || bytes.count > 65_535, "a query is ignored")
        case .accepted(let query):
            let name = query.name(in: bytes.span)
            try hold(OwnedName(name.text) == OwnedName(name), "its name reads back otherwise")
            try hold(query.datagramLimit >= 512, "a limit of \(query.datagramLimit)")
        case .refused(let refused):
            var response = [UInt8](repeating: 0, count: 512)
            var span = response.mutableSpan
            let count = try refused.writeAnswer(to: bytes.span, into: &span)
            let answer = Array(response[..<count])
            try hold(answer[..<2] == bytes[..<2] && answer[2] & 0x80 != 0, "the answer is none to this query")
            _ = try MessageView(answer.span).validated()
        }
    }

    /// A zone file: what is read can be written and read again.
    static let zone = FuzzTarget(name: "zone") { bytes in
        var reader = ZoneReader(String(decoding: bytes, as: UTF8.self), ttl: 60)
        for _ in 0..<200 {
            guard let record = try? reader.next() else { return }
            try hold(RecordText.data(record.type, record.data) == record.data, "\(record) reads back otherwise")
        }
    }
}

/// What validation says of a message.
struct ValidMessage {
    let summary: MessageSummary
    var ttlOffsets: [UInt16] = []

    /// Nil for one that is refused.
    init?(_ bytes: [UInt8]) {
        var offsets: [UInt16] = []
        guard let view = try? MessageView(bytes.span), let summary = try? view.validate(recordingTTLOffsets: &offsets)
        else { return nil }
        self.summary = summary
        ttlOffsets = offsets
    }
}

extension MessageView {
    func validated() throws -> MessageSummary {
        var offsets: [UInt16] = []
        return try validate(recordingTTLOffsets: &offsets)
    }
}

/// A record's data by the way of its text.
enum RecordText {
    static func data(_ type: RecordType, _ data: [UInt8]) -> [UInt8]? {
        var message: [UInt8] = [0, 1, 0x81, 0x80, 0, 0, 0, 1, 0, 0, 0, 0, 0]
        message.appendBigEndian(type.rawValue)
        message += [0, 1, 0, 0, 0, 60]
        message.appendBigEndian(UInt16(data.count))
        message += data
        guard let view = try? MessageView(message.span), var cursor = try? view.records(),
            let record = try? cursor.next()
        else { return nil }
        return try? RdataParser.parse(type, record.rdataText)
    }
}
