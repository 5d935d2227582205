/// Packets that a resolver should survive, made from good ones: the same on every run.
enum PacketSeeds {
    static var packets: [[UInt8]] {
        let query = Question(TestZone.name(1), .txt).message
        return truncations(of: query) + oneByteChanges(of: query) + crafted + noise
    }

    private static func truncations(of message: [UInt8]) -> [[UInt8]] {
        (0...message.count).map { Array(message[..<$0]) }
    }

    private static func oneByteChanges(of message: [UInt8]) -> [[UInt8]] {
        message.indices.flatMap { position in
            ([0x00, 0x01, 0x3f, 0x40, 0x7f, 0x80, 0xc0, 0xff] as [UInt8]).map { value in
                var changed = message
                changed[position] = value
                return changed
            }
        }
    }

    /// Pointers in circles, counts without records, names too long, and records that end outside of the message.
    private static var crafted: [[UInt8]] {
        let header: [UInt8] = [0x2a, 0x2a, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]
        let label = [UInt8(63)] + [UInt8](repeating: UInt8(ascii: "a"), count: 63)
        return [
            header + [0xc0, 0x0c, 0, 1, 0, 1],
            header + [1, 0x61, 0xc0, 0x0e, 0xc0, 0x0c, 0, 1, 0, 1],
            header + [0xc0, 0xff, 0, 1, 0, 1],
            header + (0..<5).flatMap { _ in label } + [0, 0, 1, 0, 1],
            header + (0..<200).flatMap { _ in [UInt8(1), 0x61] } + [0, 0, 1, 0, 1],
            [0x2a, 0x2a, 0x01, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff] + Question("a.example").bytes,
            [0x2a, 0x2a, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 2] + Question("a.example").bytes
                + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0, 0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0],
            [0x2a, 0x2a, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 1] + Question("a.example").bytes
                + [0, 0, 41, 4, 208, 0, 0, 0, 0, 0xff, 0xff, 0, 8, 0xff, 0xff],
        ]
    }

    private static var noise: [[UInt8]] {
        var state: UInt64 = 0x9e37_79b9_7f4a_7c15
        func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        return (0..<500).map { _ in (0..<(next() % 600)).map { _ in UInt8(truncatingIfNeeded: next() >> 24) } }
    }
}
