import ByteCodec
import DNSWire

/// A client's query with EDNS, as `dig` sends it: admitted or refused, offsets taken, name hashed.
struct QuestionParse: Benchmark {
    static let name = "question-parse"
    static let summary = "judge a query and hash its name"
    static let operationsPerTurn = 10_000

    private let query: [UInt8]
    private let key = NameHashKey(0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210)

    init() throws {
        query = try SampleMessages.query("Www.Lab.Example")
    }

    mutating func turn(_ meter: inout Meter) {
        meter.start()
        meter.checksum &+= measuredTurn(query.span)
        meter.stop()
    }

    @inline(never)
    private func measuredTurn(_ query: Span<UInt8>) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<Self.operationsPerTurn { sum &+= operation(query) }
        return sum
    }

    /// Not inlined, so that nothing is moved out of the loop.
    @inline(never)
    private func operation(_ query: Span<UInt8>) -> UInt64 {
        guard case .accepted(let accepted) = QueryAdmission(query) else { return 0 }
        return accepted.nameHash(in: query, key) &+ UInt64(accepted.datagramLimit)
    }
}
