internal import ByteCodec

/// The public suffixes (publicsuffix.org) as daemons read them: where in a name the part begins that somebody registered.
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | magic |
/// | 8 | 4 | seed of the hash |
/// | 12 | 2 | the most labels of a suffix in the table |
/// | 14 | 2 | how many slots there are, as a power of two |
/// | 16 | | the slots, 4 bytes each: 29 bits of the suffix's hash, and what the list says of it; 0 is a free one |
///
/// All numbers are big-endian. A suffix is in the first free slot from that of its hash on. Names are found by their hash
/// alone: of a billion names that the list does not have, one is taken for one that it has.
package struct PublicSuffixTable: Equatable, Sendable {
    package static let magic: [UInt8] = Array("ENIGMPS1".utf8)
    static let headBytes = 16
    static let slotBytes = 4
    /// The list has five labels at most. With a label below a wildcard, and the one that is registrable, that makes 16.
    package static let maximumLabels = 14
    /// A million slots: the list fills ten thousand.
    static let maximumSlotPower = 20

    /// What the list says of a suffix.
    package struct Rule: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// It is a public suffix: `co.uk`.
        package static let suffix = Rule(rawValue: 1)
        /// Every name right below it is one: `*.ck`.
        package static let wildcard = Rule(rawValue: 2)
        /// It is none in spite of such a rule: `!www.ck`.
        package static let exception = Rule(rawValue: 4)
    }

    package let bytes: [UInt8]
    private let seed: UInt32
    private let labelLimit: Int
    private let slotMask: Int

    /// Nil for what is no table, or not a whole one.
    package init?(_ bytes: [UInt8]) {
        let span = bytes.span
        guard span.count >= PublicSuffixTable.headBytes,
            PublicSuffixTable.magic.indices.allSatisfy({ span[$0] == PublicSuffixTable.magic[$0] })
        else { return nil }
        seed = span.bigEndianUInt32(at: 8)
        labelLimit = Int(span.bigEndianUInt16(at: 12))
        let power = Int(span.bigEndianUInt16(at: 14))
        guard (1...PublicSuffixTable.maximumLabels).contains(labelLimit),
            (0...PublicSuffixTable.maximumSlotPower).contains(power),
            span.count == PublicSuffixTable.headBytes + PublicSuffixTable.slotBytes << power
        else { return nil }
        slotMask = 1 << power - 1
        self.bytes = bytes
    }

    /// Where the registrable domain begins in `name`, which is in uncompressed wire form and lower case: the public suffix
    /// and the label before it. 0 for a name that has no more than that.
    package func registrableStart(in name: Span<UInt8>) -> Int {
        // The starts of the last labels, the nth from the left in slot n modulo 16.
        var starts = InlineArray<16, UInt8>(repeating: 0)
        var labelCount = 0
        var offset = 0
        while offset < name.count, name[offset] != 0 {
            starts[labelCount & 15] = UInt8(truncatingIfNeeded: offset)
            labelCount += 1
            offset += Int(name[offset]) + 1
        }
        let suffixLabels = suffixLabels(of: name, end: offset, starts, labelCount)
        guard suffixLabels < labelCount else { return 0 }
        return Int(starts[(labelCount - suffixLabels - 1) & 15])
    }

    /// How many labels the public suffix has: by the longest rule that fits, where an exception beats all, and one where
    /// none fits.
    private func suffixLabels(
        of name: Span<UInt8>, end: Int, _ starts: InlineArray<16, UInt8>, _ labelCount: Int
    ) -> Int {
        var hash = SuffixHash(seed)
        var longest = 1
        var end = end
        for depth in 1...labelLimit where depth <= labelCount {
            let start = Int(starts[(labelCount - depth) & 15])
            hash.add(name, start..<end)
            end = start
            let rule = find(hash)
            if rule.contains(.exception) { return depth - 1 }
            if rule.contains(.suffix) { longest = max(longest, depth) }
            if rule.contains(.wildcard), depth < labelCount { longest = max(longest, depth + 1) }
        }
        return longest
    }

    private func find(_ hash: SuffixHash) -> Rule {
        var slot = hash.slot & slotMask
        // Where no slot is free, all have been looked at.
        for _ in 0...slotMask {
            let content = bytes.span.bigEndianUInt32(
                at: PublicSuffixTable.headBytes + PublicSuffixTable.slotBytes * slot)
            if content == 0 { return [] }
            if content & ~SuffixHash.ruleMask == hash.fingerprint {
                return Rule(rawValue: content & SuffixHash.ruleMask)
            }
            slot = (slot + 1) & slotMask
        }
        return []
    }
}

/// The hash of a suffix, label by label from the right: FNV-1a, mixed at the end. Who makes it collide has put his own
/// name beside another one's.
struct SuffixHash {
    static let ruleMask: UInt32 = 7

    private var state: UInt64

    init(_ seed: UInt32) { state = 0xcbf2_9ce4_8422_2325 ^ UInt64(seed) }

    /// The label with its length.
    @inline(__always)
    mutating func add(_ name: Span<UInt8>, _ range: Range<Int>) {
        for index in range { state = (state ^ UInt64(name[index])) &* 0x0000_0100_0000_01b3 }
    }

    private var mixed: UInt64 {
        let folded = (state ^ state >> 32) &* 0x9e37_79b9_7f4a_7c15
        return folded ^ folded >> 29
    }

    var slot: Int { Int(truncatingIfNeeded: mixed & 0x7FFF_FFFF) }

    /// 29 bits above those of the rule.
    var fingerprint: UInt32 { UInt32(truncatingIfNeeded: mixed >> 32) & ~SuffixHash.ruleMask }
}
