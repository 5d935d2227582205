internal import ByteCodec
internal import DNSWire

/// A question in lower case: how it is kept, compared and sent. Clients' spellings stay with us.
struct FoldedQuestion: Equatable {
    /// A name of maximum length, type, class.
    private var storage = InlineArray<259, UInt8>(repeating: 0)
    let count: Int
    let nameLength: Int

    /// Of a query that came with these bytes.
    init(_ query: IncomingQuery, in bytes: Span<UInt8>) {
        let source = bytes.extracting(query.questionRange)
        count = source.count
        nameLength = query.nameRange.count
        for index in 0..<nameLength { storage[index] = source[index].lowercasedASCII }
        for index in nameLength..<count { storage[index] = source[index] }
    }

    static func == (left: Self, right: Self) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where left.storage[index] != right.storage[index] { return false }
        return true
    }

    var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { storage.span.extracting(0..<count) }
    }

    var name: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { storage.span.extracting(0..<nameLength) }
    }
}
