// ASCII letters compare without case (RFC 4343). Length bytes stay below 64 and pointers are followed before, so
// that whole names can be folded without looking where their labels begin.

extension UInt8 {
    /// The byte with an upper-case ASCII letter made lower-case.
    @inline(__always)
    var caseFolded: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

extension UInt64 {
    /// Eight bytes, each with an upper-case ASCII letter made lower-case.
    @inline(__always)
    var caseFolded: UInt64 {
        let lows = self & 0x7F7F_7F7F_7F7F_7F7F
        let fromA = lows &+ 0x3F3F_3F3F_3F3F_3F3F
        let aboveZ = lows &+ 0x2525_2525_2525_2525
        let letters = (fromA ^ aboveZ) & ~self & 0x8080_8080_8080_8080
        return self | letters &>> 2
    }

    /// Eight bytes at `offset`, the first one lowest. The extracted span lets one check do for all eight.
    @inline(__always)
    init(_ bytes: Span<UInt8>, at offset: Int) {
        let word = bytes.extracting(offset..<offset &+ 8)
        let low =
            UInt32(word[0]) | UInt32(word[1]) &<< 8 | UInt32(word[2]) &<< 16 | UInt32(word[3]) &<< 24
        let high =
            UInt32(word[4]) | UInt32(word[5]) &<< 8 | UInt32(word[6]) &<< 16 | UInt32(word[7]) &<< 24
        self = UInt64(low) | UInt64(high) &<< 32
    }
}
