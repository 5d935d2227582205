package import ByteCodec

/// A query that is answered at once with an error: what the answer needs.
package struct RefusedQuery: Equatable, BitwiseCopyable, Sendable {
    package let id: UInt16
    package let responseCode: ResponseCode
    /// The client's flags: opcode, RD and CD come back.
    private let flags: Flags
    /// Where the question ends, when it could be read.
    private let questionEnd: Int?
    /// Said to a client that speaks EDNS (RFC 8914).
    private let reason: ExtendedErrorCode?

    init(
        _ header: Header, _ responseCode: ResponseCode, questionEnd: Int? = nil, reason: ExtendedErrorCode? = nil
    ) {
        id = header.id
        flags = header.flags
        self.responseCode = responseCode
        self.questionEnd = questionEnd
        self.reason = reason
    }

    /// Writes the answer and says how many bytes it has. The question comes back if it could be read; an OPT record
    /// goes along when there is a reason to tell, or the code needs its upper bits (BADVERS).
    package func writeAnswer(to query: Span<UInt8>, into response: inout MutableSpan<UInt8>) throws(WireError) -> Int {
        var builder = try MessageBuilder(&response, answering: id, flags, responseCode)
        if let questionEnd {
            try builder.addQuestion(copying: query.extracting(Header.length..<questionEnd))
        }
        if responseCode.rawValue > 15 || reason != nil {
            try builder.beginOPT(OPTParameters(responseCode: responseCode))
            if let reason { try builder.addExtendedError(reason) }
            builder.endOPT()
        }
        return builder.finish()
    }
}
