import ByteCodec

/// Names that nobody has asked for before: a number that only grows, below a name that this run alone uses.
struct FreshNames: QuerySource {
    /// Enough for a day of the fastest server.
    private static let digitCount = 11

    private var message: [UInt8]

    init(run: UInt64) {
        let digits = String(repeating: "0", count: FreshNames.digitCount)
        message = Question("n\(digits).r\(String(run, radix: 36)).bench.example").message
    }

    mutating func next(into room: inout MutableSpan<UInt8>) -> Int {
        increment()
        room.copy(message.span, to: 0)
        return message.count
    }

    /// Adds one to the digits, as on paper.
    private mutating func increment() {
        let first = Question.headerBytes + 2
        for index in (first..<first + FreshNames.digitCount).reversed() {
            if message[index] < UInt8(ascii: "9") {
                message[index] += 1
                return
            }
            message[index] = UInt8(ascii: "0")
        }
    }
}
