internal import DNSWire

/// Makes the queries that leave: the question in lower case, EDNS, and nothing of the client but RD, AD, DO and CD.
/// There is no client subnet and no cookie. Over TLS it asks how long the connection may be idle.
enum QueryComposer {
    /// Writes the query and answers how many bytes it has. The id is the session's to choose.
    static func compose(
        _ question: Span<UInt8>, _ key: CacheKey, asksForIdleTime: Bool, paddingBlock: Int,
        into bytes: inout MutableSpan<UInt8>
    ) -> Int {
        var flags = Flags(rawValue: 0)
        flags.recursionDesired = !key.traits.contains(.noRecursion)
        flags.checkingDisabled = key.traits.contains(.checkingDisabled)
        flags.authenticData = key.traits.contains(.authenticity)
        do {
            var builder = try MessageBuilder(&bytes, header: Header(id: 0, flags: flags))
            try builder.addQuestion(copying: question)
            try builder.beginOPT(OPTParameters(wantsDNSSEC: key.traits.contains(.dnssec)))
            if asksForIdleTime { try builder.addKeepaliveRequest() }
            if paddingBlock > 0 { try builder.addPadding(block: paddingBlock) }
            builder.endOPT()
            return builder.finish()
        } catch {
            preconditionFailure("the buffer is too small for a query")
        }
    }
}
