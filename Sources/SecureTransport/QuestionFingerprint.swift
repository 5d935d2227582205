internal import DNSWire

/// Enough of a question to know it again, whatever its spelling: what an answer has to be about. The name's hash is
/// keyed, so that nobody can make two names that pass for each other.
struct QuestionFingerprint: Equatable {
    private let name: UInt64
    private let type: RecordType
    private let recordClass: RecordClass

    /// Nil when there is not exactly one question, or it is broken.
    init?(of message: Span<UInt8>, _ key: NameHashKey) {
        guard let header = try? Header(message), header.questionCount == 1,
            let question = try? QuestionView(in: message, at: Header.length)
        else { return nil }
        name = question.name.hash(key)
        type = question.type
        recordClass = question.recordClass
    }
}
