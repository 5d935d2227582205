internal import ByteCodec
internal import DNSWire

// Answers made of cached ones.

extension AnswerBuffer {
    /// What a cache has for a key, taken into the buffer.
    mutating func find(
        _ key: CacheKey, _ name: Span<UInt8>, in cache: inout AnswerCache, at now: UInt32
    ) -> CachedAnswer? {
        var message = bytes.mutableSpan
        return cache.find(key, name: name, at: now, into: &message)
    }

    /// Encodes the answer to `question` of a cached one that says more: with the records that prove it, or that a
    /// name does not exist which `question` asks for or is below. Its times to live are those that are left. Nil
    /// where it says something else, such as a failure.
    mutating func derive(
        _ cached: CachedAnswer, from cache: borrowing AnswerCache, for question: Span<UInt8>, wantsDNSSEC: Bool
    ) -> EncodedAnswer? {
        guard cached.shape.errorLength == 0 else { return nil }
        load(cached, from: cache)
        var message = bytes.mutableSpan
        let byteCount = AnswerComposer.compose(
            cached.shape, length: Int(cached.length), age: cached.age, for: .complete, in: &message)
        let source = Array(bytes[..<byteCount])
        guard let view = try? MessageView(source.span) else { return nil }
        return try? encode(view, question: question, wantsDNSSEC: wantsDNSSEC, limits: .none)
    }

    /// Takes a cached answer as one to `question`, whose name it is for. Its times to live are those it came with.
    mutating func take(
        _ cached: CachedAnswer, from cache: borrowing AnswerCache, question: Span<UInt8>
    ) -> EncodedAnswer {
        load(cached, from: cache)
        var message = bytes.mutableSpan
        message.copy(question, to: Header.length)
        return EncodedAnswer(shape: cached.shape, length: Int(cached.length), lifetime: 0)
    }

    /// Makes the answer in the buffer, which has expired, one to be told all the same: every time to live is `ttl`
    /// (RFC 8767 section 4), and the extended error says so, unless the answer has one of its own.
    mutating func markStale(_ answer: EncodedAnswer, ttl: UInt32) -> EncodedAnswer {
        var message = bytes.mutableSpan
        var shape = answer.shape
        var end = Header.length + answer.length
        let offsets = end - shape.trailerLength
        for index in 0..<shape.recordCount {
            message.setBigEndian(ttl, at: Int(message.span.bigEndianUInt16(at: offsets + 2 * index)))
        }
        if shape.errorLength == 0 {
            let error: ExtendedErrorCode = shape.responseCode == .nameError ? .staleNXDomainAnswer : .staleAnswer
            shape.errorLength = AnswerBuffer.writeError(error, "", at: end, in: &message)
            end += Int(shape.errorLength)
        }
        return EncodedAnswer(shape: shape, length: end - Header.length, lifetime: 0)
    }
}
