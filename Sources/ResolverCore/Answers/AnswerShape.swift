internal import DNSWire

/// What has to be known about a stored answer besides its bytes. Those are, without the header: the question in
/// lower case, answer and authority records, then the offset of each record's TTL in the message, two bytes each,
/// then an extended error: code and text. Neither OPT nor anything else of the additional section is kept.
struct AnswerShape: Equatable {
    /// 0...15: codes of more bits never get this far.
    var responseCode: ResponseCode {
        get { ResponseCode(rawValue: UInt16(bits & 0x0F)) }
        set { bits = bits & ~0x0F | UInt8(truncatingIfNeeded: newValue.rawValue & 0x0F) }
    }

    /// The upstream says that it has validated the answer.
    var isAuthentic: Bool {
        get { bits & 0x10 != 0 }
        set { bits = newValue ? bits | 0x10 : bits & ~0x10 }
    }

    /// Response code and authenticity.
    private(set) var bits: UInt8 = 0
    /// Bytes of the extended error, code included; 0 without one.
    var errorLength: UInt8 = 0
    var answerCount: UInt16 = 0
    var authorityCount: UInt16 = 0

    /// Longer texts are cut: they have to fit into a datagram beside a question of maximum length.
    static let maximumErrorLength = 250

    init(responseCode: ResponseCode) { self.responseCode = responseCode }

    /// One without records; nil where more bits are set than mean something.
    init?(bits: UInt8) {
        guard bits & ~0x1F == 0 else { return nil }
        self.bits = bits
    }

    /// Says neither what there is nor that there is nothing.
    var isFailure: Bool { responseCode != .noError && responseCode != .nameError }

    var recordCount: Int { Int(answerCount) + Int(authorityCount) }

    /// Bytes behind the records.
    var trailerLength: Int { 2 * recordCount + Int(errorLength) }
}
