internal import DNSWire

/// Makes the queries that leave: the question in lower case, recursion wanted, EDNS, and nothing of the client but
/// DO and CD. There is no client subnet and no cookie.
enum QueryComposer {
    /// Writes the query and answers how many bytes it has. The id is the session's to choose.
    static func compose(
        _ question: Span<UInt8>, _ key: CacheKey, paddingBlock: Int, into bytes: inout MutableSpan<UInt8>
    ) -> Int {
        var flags = Flags.recursiveQuery
        flags.checkingDisabled = key.checkingDisabled
        // RFC 6840 section 5.7: tell us whether you validated. Who did not ask for it is not told.
        flags.authenticData = true
        do {
            var builder = try MessageBuilder(&bytes, header: Header(id: 0, flags: flags))
            try builder.addQuestion(copying: question)
            try builder.beginOPT(OPTParameters(wantsDNSSEC: key.wantsDNSSEC))
            if paddingBlock > 0 { try builder.addPadding(block: paddingBlock) }
            builder.endOPT()
            return builder.finish()
        } catch {
            preconditionFailure("the buffer is too small for a query")
        }
    }
}
