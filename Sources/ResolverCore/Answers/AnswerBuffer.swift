internal import ByteCodec
internal import DNSWire

/// The one place where answers are put into the form in which they are stored: room for a header, the question in
/// lower case, the records that belong to it, and the trailer that `AnswerShape` describes.
struct AnswerBuffer {
    /// A message, an offset for each of the smallest records, an extended error.
    static let byteCount =
        Resolver.maximumMessageSize + 2 * (Resolver.maximumMessageSize / 11) + AnswerShape.maximumErrorLength

    var bytes = [UInt8](repeating: 0, count: byteCount)
    /// Reused, so that the steady state does not allocate.
    private var ttlOffsets: [UInt16] = []
    /// What the answer judged last says of idle connections (RFC 7828), in milliseconds; nil when it says nothing, or answers
    /// something else.
    var idleMilliseconds: UInt64?

    /// Checks all of a message (`MessageView.validate`).
    mutating func validate(_ message: MessageView) throws(WireError) -> MessageSummary {
        try message.validate(recordingTTLOffsets: &ttlOffsets)
    }

    /// Checks that `stored`, which comes from elsewhere, is an answer of that shape in the form in which answers are
    /// stored: whole records and nothing between them, and behind them where their times to live are.
    mutating func check(_ stored: Span<UInt8>, _ shape: AnswerShape) throws(WireError) {
        let bodyEnd = Header.length + stored.count - shape.trailerLength
        guard bodyEnd >= Header.length else { throw .malformed(offset: 0) }
        var header = Header(id: 0, flags: Flags(rawValue: 0x8000))
        (header.questionCount, header.answerCount, header.authorityCount) = (1, shape.answerCount, shape.authorityCount)
        var message = bytes.mutableSpan
        message.copy(stored, to: Header.length)
        header.write(to: &message)
        try AnswerBuffer.compareTTLOffsets(&ttlOffsets, shape, bytes, messageEnd: bodyEnd)
    }

    private static func compareTTLOffsets(
        _ offsets: inout [UInt16], _ shape: AnswerShape, _ bytes: [UInt8], messageEnd: Int
    ) throws(WireError) {
        _ = try MessageView(bytes.span.extracting(0..<messageEnd)).validate(recordingTTLOffsets: &offsets)
        guard offsets.count == shape.recordCount else { throw .malformed(offset: messageEnd) }
        for index in offsets.indices where bytes.span.bigEndianUInt16(at: messageEnd + 2 * index) != offsets[index] {
            throw .malformed(offset: messageEnd + 2 * index)
        }
    }

    /// Puts the answer in the buffer into a cache, under the question of `key`, which ends at `questionEnd`. An absent
    /// name is absent for all types. What else the cache has about that question is not true any more.
    mutating func store(
        _ answer: EncodedAnswer, _ key: CacheKey, questionEnd: Int, in cache: inout AnswerCache, at now: UInt32
    ) {
        let typeOffset = questionEnd - 4
        let untrue = answer.isAbsentName ? key : key.with(type: CacheKey.absence)
        cache.remove(untrue, name: bytes.span.extracting(Header.length..<typeOffset))
        let type = answer.isAbsentName ? CacheKey.absence : key.type
        setType(type, at: typeOffset)
        insert(answer, key.with(type: type), in: &cache, at: now)
        setType(key.type, at: typeOffset)
    }

    private func insert(_ answer: EncodedAnswer, _ key: CacheKey, in cache: inout AnswerCache, at now: UInt32) {
        let stored = bytes.span.extracting(Header.length..<Header.length + answer.length)
        cache.insert(key, stored, answer.shape, lifetime: answer.lifetime, at: now)
    }

    private mutating func setType(_ type: RecordType, at offset: Int) {
        var message = bytes.mutableSpan
        message.setBigEndian(type.rawValue, at: offset)
    }

    /// Puts the answer in the buffer into an arena; nil when there is no room.
    func store(_ answer: EncodedAnswer, in arena: inout ByteArena) -> HeldAnswer? {
        guard arena.hasRoom(for: answer.length) else { return nil }
        let stored = bytes.span.extracting(Header.length..<Header.length + answer.length)
        return HeldAnswer(run: arena.store(stored), encoded: answer)
    }

    /// Takes a stored answer into the buffer.
    mutating func load(_ answer: CachedAnswer, from cache: borrowing AnswerCache) {
        var message = bytes.mutableSpan
        cache.copy(answer.run, Int(answer.length), into: &message)
    }

    mutating func load(_ answer: HeldAnswer, from arena: borrowing ByteArena) {
        var message = bytes.mutableSpan
        arena.copy(answer.run, answer.encoded.length, to: &message, at: Header.length)
    }

    /// Makes the message for one client of the answer in the buffer, and copies it to `response`.
    mutating func compose(
        _ answer: EncodedAnswer, age: UInt32, for terms: AnswerTerms, into response: inout MutableSpan<UInt8>
    ) -> Int {
        var message = bytes.mutableSpan
        let byteCount = AnswerComposer.compose(
            answer.shape, length: answer.length, age: age, for: terms.limited(to: response.count), in: &message)
        response.copy(message.span.extracting(0..<byteCount), to: 0)
        return byteCount
    }

    /// Encodes an answer that holds no records, only a code and the reason for it. `question` is in lower case.
    mutating func encodeError(
        _ code: ResponseCode, _ error: ExtendedErrorCode, _ text: String, question: Span<UInt8>, lifetime: UInt32
    ) -> EncodedAnswer {
        var message = bytes.mutableSpan
        message.copy(question, to: Header.length)
        var end = Header.length + question.count
        var shape = AnswerShape(responseCode: code)
        shape.errorLength = AnswerBuffer.writeError(error, text, at: end, in: &message)
        end += Int(shape.errorLength)
        return EncodedAnswer(shape: shape, length: end - Header.length, lifetime: lifetime)
    }

    /// Writes an extended error as a trailer has it, and answers how many bytes it takes. The text is cut to fit.
    static func writeError(
        _ error: ExtendedErrorCode, _ text: String, at start: Int, in message: inout MutableSpan<UInt8>
    ) -> UInt8 {
        message.setBigEndian(error.rawValue, at: start)
        var end = start + 2
        for scalar in text.unicodeScalars {
            let encoded = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            guard end + encoded.count <= start + AnswerShape.maximumErrorLength else { break }
            for byte in encoded {
                message[end] = byte
                end += 1
            }
        }
        return UInt8(end - start)
    }

    /// Encodes what belongs to `question` of an upstream's answer, which was validated and has response code
    /// NOERROR or NXDOMAIN. Throws when it contradicts itself.
    mutating func encode(
        _ message: MessageView, question: Span<UInt8>, wantsDNSSEC: Bool, limits: LifetimeLimits
    ) throws(WireError) -> EncodedAnswer {
        guard let asked = try message.question() else { throw .malformed(offset: 0) }
        let chain = try AnswerChain(message, asked)
        let code = message.header.flags.responseCode
        guard code == .noError || !chain.hasData else { throw .malformed(offset: 2) }
        var selection = RecordSelection(message, chain, signatures: wantsDNSSEC, limits: limits)
        var end = 0
        var header = Header(id: 0, flags: Flags(rawValue: 0))
        do {
            var target = bytes.mutableSpan
            var builder = try MessageBuilder(&target, header: header)
            try builder.addQuestion(copying: question)
            try selection.write(to: &builder)
            end = builder.finish()
            header = builder.header
        }
        guard end <= Resolver.maximumMessageSize else { throw .overflow(offset: end) }
        var shape = AnswerShape(responseCode: code)
        shape.isAuthentic = message.header.flags.authenticData
        shape.answerCount = header.answerCount
        shape.authorityCount = header.authorityCount
        let length = try AnswerBuffer.appendTTLOffsets(&ttlOffsets, to: &bytes, messageEnd: end) - Header.length
        return EncodedAnswer(
            shape: shape, length: length, lifetime: selection.lifetime,
            isAbsentName: code == .nameError && chain.count == 1,
            strayRecords: Int(message.header.answerCount) - Int(header.answerCount))
    }

    /// Writes the offsets of all TTLs behind the message and answers where they end. What was written from records that
    /// are valid is walked through, not checked once more.
    private static func appendTTLOffsets(
        _ offsets: inout [UInt16], to bytes: inout [UInt8], messageEnd: Int
    ) throws(WireError) -> Int {
        offsets.removeAll(keepingCapacity: true)
        var records = try MessageView(bytes.span.extracting(0..<messageEnd)).records()
        while let record = try records.next() { offsets.append(UInt16(record.ttlOffset)) }
        var target = bytes.mutableSpan
        for index in offsets.indices { target.setBigEndian(offsets[index], at: messageEnd + 2 * index) }
        return messageEnd + 2 * offsets.count
    }
}
