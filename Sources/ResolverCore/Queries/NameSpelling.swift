/// Which letters of a name the client wrote in upper case: one bit a byte.
struct NameSpelling: Equatable {
    private var upperCase = InlineArray<4, UInt64>(repeating: 0)

    /// Of a name in uncompressed wire form.
    init(_ name: Span<UInt8>) {
        for index in name.indices where name[index] &- 0x41 < 26 {
            upperCase[index / 64] |= 1 << UInt64(index % 64)
        }
    }

    /// Spells the name of `count` bytes in lower case at `offset` in the client's way.
    func apply(to message: inout MutableSpan<UInt8>, at offset: Int, count: Int) {
        for index in 0..<count where upperCase[index / 64] & 1 << UInt64(index % 64) != 0 {
            message[offset + index] &= ~0x20
        }
    }

    static func == (left: Self, right: Self) -> Bool {
        left.upperCase.indices.allSatisfy { left.upperCase[$0] == right.upperCase[$0] }
    }
}
