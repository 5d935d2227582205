/// A client's query that can be answered: offsets and values, no bytes. It is read in one pass.
package struct IncomingQuery: Equatable, BitwiseCopyable, Sendable {
    package let id: UInt16
    package let flags: Flags
    package let type: RecordType
    package let recordClass: RecordClass
    /// Where the name ends; it begins behind the header and is never compressed.
    package let nameEndOffset: Int
    /// What the client said by EDNS; nil when it does not speak it.
    package let edns: ClientEDNS?

    /// The question's bytes, as the client spelled them: name, type, class.
    package var questionRange: Range<Int> { Header.length..<nameEndOffset + 4 }

    package var nameRange: Range<Int> { Header.length..<nameEndOffset }

    package var recursionDesired: Bool { flags.recursionDesired }

    package var checkingDisabled: Bool { flags.checkingDisabled }

    /// How many bytes an answer by datagram may have: 512 without EDNS.
    package var datagramLimit: Int { edns?.payloadSize ?? OPTView.minimumPayloadSize }

    /// The name, in the bytes that this query was read from.
    @_lifetime(copy message)
    package func name(in message: Span<UInt8>) -> NameView {
        NameView(
            uncheckedIn: message, from: Header.length, to: nameEndOffset, length: nameEndOffset - Header.length)
    }

    /// The keyed, case-folded hash of the name in the bytes that this query was read from.
    package func nameHash(in message: Span<UInt8>, _ key: NameHashKey) -> UInt64 {
        NameView.hash(message.extracting(nameRange), key)
    }
}

/// What a client said in its OPT record (RFC 6891 section 6.1).
package struct ClientEDNS: Equatable, BitwiseCopyable, Sendable {
    /// The largest datagram that it takes, in bytes, at least 512.
    package let payloadSize: Int
    /// DO: it wants DNSSEC records.
    package let wantsDNSSEC: Bool
    /// It padded its query, and may be answered in kind (RFC 7830 section 4).
    package let isPadded: Bool
    /// It asks how long an idle connection is kept (RFC 7828).
    package let asksForKeepalive: Bool
}
