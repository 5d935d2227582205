/// Messages from elsewhere that a server sends as if they were answers.
package struct ForeignMessages: Sendable, Equatable {
    /// What of them is made to fit the query.
    package enum Disguise: String, Sendable, CaseIterable {
        case raw
        case id
        /// The id and the question, and it says that it is a response: it can pass for the answer.
        case question
    }

    package var disguise = Disguise.id
    /// How many are sent for one query, beside those that have its question anyway.
    package var countPerQuery = 1
    private let messages: [[UInt8]]
    /// Where the messages are that have one question, by that in lower case.
    private let places: [[UInt8]: [Int]]

    /// A connection holds a thousand answers back.
    static let maximumCount = 500
    /// Files are held in memory.
    package static let maximumFileBytes = 64 << 20

    /// Each has its length in two bytes before it, as on a stream (RFC 1035 section 4.2.2).
    init(framed bytes: [UInt8]) throws(ScriptProblem.Unreadable) {
        var rest = bytes[...]
        var messages: [[UInt8]] = []
        while rest.count >= 2, Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1]) <= rest.count - 2 {
            let count = Int(rest.removeFirst()) << 8 | Int(rest.removeFirst())
            messages.append(Array(rest.prefix(count)))
            rest.removeFirst(count)
        }
        guard rest.isEmpty else { throw ScriptProblem.Unreadable(reason: "the file ends within a message") }
        self.init(messages)
    }

    private init(_ messages: [[UInt8]]) {
        self.messages = messages
        var places: [[UInt8]: [Int]] = [:]
        for (place, message) in messages.enumerated() where message.count > 12 && message[4...5] == [0, 1] {
            guard let question = ZoneQuery.firstQuestion(of: message.span) else { continue }
            places[ForeignMessages.folded(question), default: []].append(place)
        }
        self.places = places
    }

    /// What goes out for the query that is number `number` on the whole server, so that each comes in its turn.
    func chosen(for query: [UInt8], number: Int) -> [[UInt8]] {
        guard !messages.isEmpty, let question = ZoneQuery.firstQuestion(of: query.span) else { return [] }
        let fitting = places[ForeignMessages.folded(question)] ?? []
        let turned = fitting.indices.map { fitting[($0 + number) % fitting.count] }
        let others = (0..<countPerQuery).map { (number * countPerQuery + $0) % messages.count }
        return (turned + others).map { disguised(messages[$0], as: query, question.bytes) }
    }

    private static func folded(_ question: ZoneQuery.Question) -> [UInt8] { question.bytes.map { $0 | 0x20 } }

    private func disguised(_ message: [UInt8], as query: [UInt8], _ question: [UInt8]) -> [UInt8] {
        guard disguise != .raw, message.count >= 2 else { return message }
        let identified = query[..<2] + message[2...]
        guard disguise == .question, message.count >= 12 else { return Array(identified) }
        // What follows the question stays as it is: pointers into it may now lead anywhere.
        let end = 12 + (ZoneQuery.firstQuestion(of: message.span)?.bytes.count ?? 0)
        let header = identified[..<2] + [message[2] | 0x80, message[3], 0, 1] + message[6..<12]
        let disguised = header + question + message[end...]
        return Array(disguised.prefix(Int(UInt16.max)))
    }
}
