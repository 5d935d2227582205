/// A response, taken apart far enough to compare two of them. Independent of the code under test on purpose.
struct Answer {
    /// A record with every name in it written out in lower case, so that equal records have equal bytes.
    struct Record: Hashable {
        let owner: String
        let type: UInt16
        let data: [UInt8]
    }

    let identifier: UInt16
    let flags: UInt16
    /// The question section, byte for byte.
    let question: [UInt8]
    let answers: [Record: UInt32]
    let authority: [Record: UInt32]
    /// Extended errors (RFC 8914): code and text.
    let extendedErrors: [ExtendedError]
    let size: Int

    struct ExtendedError: Equatable {
        let code: UInt16
        let text: String
    }

    var responseCode: Int { Int(flags & 0xf) }
    var isTruncated: Bool { flags & 0x0200 != 0 }
    var recursionIsAvailable: Bool { flags & 0x0080 != 0 }
    /// The answer section without its TTLs.
    var answerSet: Set<Record> { Set(answers.keys) }
    var authoritySet: Set<Record> { Set(authority.keys) }

    /// Nil for bytes that are no response.
    init?(_ bytes: [UInt8]) {
        var reader = MessageReader(bytes)
        guard let identifier = reader.integer(2), let flags = reader.integer(2), flags & 0x8000 != 0,
            let questions = reader.integer(2), let answerCount = reader.integer(2),
            let authorityCount = reader.integer(2), let additionalCount = reader.integer(2)
        else { return nil }

        let start = reader.position
        for _ in 0..<questions { guard reader.name() != nil, reader.integer(4) != nil else { return nil } }
        question = Array(bytes[start..<reader.position])

        guard let answers = reader.records(answerCount), let authority = reader.records(authorityCount),
            let additional = reader.records(additionalCount), reader.position == bytes.count
        else { return nil }
        self.identifier = UInt16(identifier)
        self.flags = UInt16(flags)
        self.answers = answers
        self.authority = authority
        extendedErrors = additional.keys.filter { $0.type == 41 }.flatMap { Answer.extendedErrors(in: $0.data) }
        size = bytes.count
    }

    private static func extendedErrors(in options: [UInt8]) -> [ExtendedError] {
        var reader = MessageReader(options)
        var found: [ExtendedError] = []
        while let code = reader.integer(2), let length = reader.integer(2), let value = reader.take(Int(length)) {
            guard code == 15, value.count >= 2 else { continue }
            let text = String(decoding: value.dropFirst(2), as: UTF8.self)
            found.append(ExtendedError(code: UInt16(value[0]) << 8 | UInt16(value[1]), text: text))
        }
        return found
    }
}
