internal import ByteCodec
internal import DNSWire

/// A message taken apart for comparison.
struct MessageContents {
    struct Record: Equatable {
        let section: Section
        let owner: OwnedName
        let type: RecordType
        let recordClass: RecordClass
        let ttl: UInt32
        /// As text, so that it does not matter how its names are compressed.
        let data: String

        /// The same record, whatever its section and TTL.
        func isSame(as other: Record) -> Bool {
            owner == other.owner && type == other.type && recordClass == other.recordClass
                && (data == other.data || isCaseless && data.lowercased() == other.data.lowercased())
        }

        private var isCaseless: Bool {
            [RecordType.ns, .cname, .ptr, .dname, .mx, .srv, .soa].contains(type)
        }

        func text(withTTL: Bool) -> String {
            "\(owner) \(withTTL ? "\(ttl) " : "")\(recordClass) \(type) \(data)"
        }
    }

    let id: UInt16
    let flags: Flags
    let code: ResponseCode
    let questions: [ScenarioEntry.Question]
    let records: [Record]
    let hasEDNS: Bool
    let wantsDNSSEC: Bool
    /// Options other than extended errors, as bytes.
    let options: [UInt8]
    let extendedErrors: [ExtendedErrorCode]
    let extendedErrorText: String

    init(_ bytes: [UInt8]) throws(WireError) {
        let message = try MessageView(bytes.span)
        id = message.header.id
        flags = message.header.flags
        questions = try MessageContents.questions(message)
        var records: [Record] = []
        var cursor = try message.records()
        while let record = try cursor.next() {
            guard record.type != .opt else { continue }
            records.append(
                Record(
                    section: record.section, owner: OwnedName(record.owner), type: record.type,
                    recordClass: record.recordClass, ttl: record.ttl, data: record.rdataText))
        }
        self.records = records
        guard let opt = try message.opt() else {
            (hasEDNS, wantsDNSSEC, options, extendedErrors, extendedErrorText) = (false, false, [], [], "")
            code = flags.responseCode
            return
        }
        hasEDNS = true
        wantsDNSSEC = opt.wantsDNSSEC
        code = opt.responseCode(flags)
        (options, extendedErrors, extendedErrorText) = try MessageContents.options(opt)
    }

    private static func questions(_ message: MessageView) throws(WireError) -> [ScenarioEntry.Question] {
        var questions: [ScenarioEntry.Question] = []
        var offset = Header.length
        for _ in 0..<message.header.questionCount {
            let question = try QuestionView(in: message.bytes, at: offset)
            questions.append(
                ScenarioEntry.Question(
                    name: OwnedName(question.name), type: question.type, recordClass: question.recordClass))
            offset = question.endOffset
        }
        return questions
    }

    private static func options(
        _ opt: OPTView
    ) throws(WireError) -> ([UInt8], [ExtendedErrorCode], String) {
        var bytes: [UInt8] = []
        var errors: [ExtendedErrorCode] = []
        var text = ""
        var cursor = opt.options
        while let option = try cursor.next() {
            if let error = option.extendedError {
                errors.append(error.code)
                text = error.text
                continue
            }
            bytes.appendBigEndian(option.code.rawValue)
            bytes.appendBigEndian(UInt16(option.data.count))
            for index in option.data.indices { bytes.append(option.data[index]) }
        }
        return (bytes, errors, text)
    }
}

extension MessageContents {
    /// For people: a line each for header, EDNS, questions and records.
    func lines(withTTL: Bool) -> [String] {
        var lines = [";; \(flags.opcode) \(code), flags\(flagNames)"]
        if hasEDNS {
            let errors = extendedErrors.map { " EDE \($0.rawValue) (\($0))" }.joined()
            let text = extendedErrorText.isEmpty ? "" : ": \(extendedErrorText)"
            lines.append(";; EDNS\(wantsDNSSEC ? " DO" : "")\(errors)\(text)")
        }
        lines += questions.map { "question: \($0.name) \($0.recordClass) \($0.type)" }
        return lines + records.map { "\($0.section): \($0.text(withTTL: withTTL))" }
    }

    private var flagNames: String {
        let names = [
            (flags.isResponse, "qr"), (flags.isAuthoritative, "aa"), (flags.isTruncated, "tc"),
            (flags.recursionDesired, "rd"), (flags.recursionAvailable, "ra"), (flags.authenticData, "ad"),
            (flags.checkingDisabled, "cd"),
        ]
        return names.filter(\.0).map { " \($0.1)" }.joined()
    }
}
