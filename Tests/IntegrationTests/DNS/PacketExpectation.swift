/// What a packet at a listener deserves, judged by a reader of these tests' own.
enum PacketExpectation: Equatable {
    /// Fewer bytes than a header, or a response: answering could be made to loop.
    case silence
    /// Its header can be read and nothing else needs to be: FORMERR, or NOTIMP for another operation.
    case refusal
    /// It may be a query: some answer.
    case answer

    init(_ packet: [UInt8]) {
        guard packet.count >= 12, packet[2] & 0x80 == 0 else {
            self = .silence
            return
        }
        self = PacketExpectation.isQuery(packet) ? .answer : .refusal
    }

    /// Whether there is one question, no answer, and additional records that end inside.
    private static func isQuery(_ packet: [UInt8]) -> Bool {
        guard packet[2] & 0x78 == 0, packet[4..<10] == [0, 1, 0, 0, 0, 0] else { return false }
        var reader = MessageReader(packet)
        guard reader.take(12) != nil, reader.name() != nil, reader.integer(4) != nil else { return false }
        return reader.records(UInt32(packet[10]) << 8 | UInt32(packet[11])) != nil
    }

    /// Whether this answer, nil for none, is as expected.
    func isMet(by answer: [UInt8]?) -> Bool {
        switch self {
        case .silence: answer == nil
        case .answer: answer != nil
        case .refusal: answer.map { $0.count >= 12 && [1, 4].contains($0[3] & 0x0F) } ?? false
        }
    }
}
