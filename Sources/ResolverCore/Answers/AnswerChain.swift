internal import ByteCodec
internal import DNSWire

/// The names that an answer leads through: the one asked for, then the targets of its CNAME records. Only records
/// of these names belong to the answer, whatever else an upstream sends along.
struct AnswerChain: ~Escapable {
    /// Longer chains are mistakes or attacks; the field's resolvers give up between 9 and 16.
    static let maximumLinks = 16

    private let message: MessageView
    private let type: RecordType
    /// Where the names stand in the message.
    private var offsets = InlineArray<16, Int>(repeating: 0)
    private(set) var count = 1
    /// Whether the last name has records of the type asked for.
    private(set) var hasData = false

    /// Follows the chain from the question of `message`, which was validated. Throws when it is too long, as one
    /// that leads in a circle is.
    @_lifetime(copy message)
    init(_ message: MessageView, _ question: QuestionView) throws(WireError) {
        self.message = message
        type = question.type
        offsets[0] = question.offset
        while let target = try step() {
            guard count < AnswerChain.maximumLinks else { throw .malformed(offset: target) }
            offsets[count] = target
            count += 1
        }
    }

    @_lifetime(copy self)
    func name(_ link: Int) throws(WireError) -> NameView { try NameView(in: message.bytes, at: offsets[link]) }

    /// Where the CNAME target of the last name stands; nil when the chain ends there.
    @_lifetime(self: copy self)
    private mutating func step() throws(WireError) -> Int? {
        let last = try name(count - 1)
        var target: Int?
        var cursor = try message.records()
        while let record = try cursor.next(), record.section == .answer {
            guard record.recordClass == .internet, record.owner == last else { continue }
            if record.type == type {
                hasData = true
                return nil
            }
            if record.type == .cname, target == nil { target = record.rdataOffset }
        }
        return target
    }

    /// Whether a record of the answer section belongs to that link: data at the end of the chain, a CNAME or the
    /// DNAME it was made from before, and their signatures when those are wanted.
    func holds(_ record: RecordView, at link: Int, signatures: Bool) throws(WireError) -> Bool {
        guard record.recordClass == .internet, record.section == .answer else { return false }
        let isSignature = record.type == .rrsig && type != .rrsig
        guard signatures || !isSignature else { return false }
        let subject = isSignature ? record.coveredType : record.type
        let name = try name(link)
        if link == count - 1 { return hasData && subject == type && record.owner == name }
        if subject == .cname { return record.owner == name }
        return subject == .dname && record.owner.length < name.length && name.isSubdomain(of: record.owner)
    }
}

extension RecordView {
    /// The type whose records this RRSIG signs (RFC 4034 section 3.1.1).
    var coveredType: RecordType? {
        rdata.count >= 2 ? RecordType(rawValue: rdata.bigEndianUInt16(at: 0)) : nil
    }
}
