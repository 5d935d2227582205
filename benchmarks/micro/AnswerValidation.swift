import ByteCodec
import DNSWire

/// An upstream's answer with an alias and two addresses: everything checked, TTL offsets recorded.
struct AnswerValidation: Benchmark {
    static let name = "answer-validation"
    static let summary = "check an answer of four records and find its TTLs"
    static let operationsPerTurn = 10_000

    private let answer: [UInt8]
    private var ttlOffsets: [UInt16] = []

    init() throws {
        answer = try SampleMessages.answer("www.lab.example")
    }

    mutating func turn(_ meter: inout Meter) {
        meter.start()
        meter.checksum &+= measuredTurn()
        meter.stop()
    }

    @inline(never)
    private mutating func measuredTurn() -> UInt64 {
        let answer = answer
        var sum: UInt64 = 0
        for _ in 0..<Self.operationsPerTurn { sum &+= Self.operation(answer.span, &ttlOffsets) }
        return sum
    }

    @inline(never)
    private static func operation(_ answer: Span<UInt8>, _ ttlOffsets: inout [UInt16]) -> UInt64 {
        guard let message = try? MessageView(answer),
            let summary = try? message.validate(recordingTTLOffsets: &ttlOffsets)
        else { return 0 }
        return UInt64(summary.minimumTTL ?? 0)
    }
}
