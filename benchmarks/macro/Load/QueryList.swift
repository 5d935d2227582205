import ByteCodec

/// Queries that were written out before, so that asking them costs a copy.
struct QueryList: QuerySource {
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]
    private var position = 0
    /// Whether the list begins again when it is at its end.
    var repeats = false

    var count: Int { ends.count - 1 }
    var isAtEnd: Bool { position == count }

    mutating func append(_ question: Question) {
        bytes += question.message
        ends.append(bytes.count)
    }

    /// The same queries, to be asked once more from the first on.
    func rewound(repeating repeats: Bool) -> QueryList {
        var copy = self
        copy.position = 0
        copy.repeats = repeats
        return copy
    }

    mutating func next(into message: inout MutableSpan<UInt8>) -> Int {
        if position == count {
            guard repeats else { return 0 }
            position = 0
        }
        let range = ends[position]..<ends[position + 1]
        position += 1
        message.copy(bytes.span.extracting(range), to: 0)
        return range.count
    }
}

extension QueryList {
    /// Names with these numbers, an A query each.
    static func names(_ numbers: some Sequence<Int>) -> QueryList {
        var list = QueryList()
        for number in numbers { list.append(Question(InventedName.name(number))) }
        return list
    }
}
