/// The attributes of one level of a message by their numbers, where they lie: nothing is copied before it is asked for.
/// The first of a kind counts; those that do not fit, or have numbers that this product never reads, are left out.
struct AttributeTable {
    /// No structure that is read with this has more numbers.
    static let capacity = 12

    private let bytes: ArraySlice<UInt8>
    /// Where each payload begins; behind a header, so that none begins at 0. Its length stands in the header.
    private var starts: InlineArray<12, UInt32>

    /// `bytes` are whole attributes, one behind the other.
    init(_ bytes: ArraySlice<UInt8>) { self.init(bytes, bytes.startIndex..<bytes.endIndex) }

    private init(_ bytes: ArraySlice<UInt8>, _ range: Range<Int>) {
        self.bytes = bytes
        starts = InlineArray(repeating: 0)
        AttributeTable.forEach(in: bytes, range) { type, payload in
            if type < AttributeTable.capacity, starts[type] == 0 { starts[type] = UInt32(payload.lowerBound) }
        }
    }

    /// Those of a nested attribute.
    func nested(_ type: some RawRepresentable<UInt32>) -> AttributeTable? {
        place(type).map { AttributeTable(bytes, $0) }
    }

    /// The attributes inside a nested one, in their order.
    func forEach(in type: some RawRepresentable<UInt32>, _ body: (Int, AttributeTable) -> Void) {
        guard let place = place(type) else { return }
        AttributeTable.forEach(in: bytes, place) { body($0, AttributeTable(bytes, $1)) }
    }

    /// The payloads inside a nested one, in their order.
    func forEachPayload(in type: some RawRepresentable<UInt32>, _ body: (Int, ArraySlice<UInt8>) -> Void) {
        guard let place = place(type) else { return }
        AttributeTable.forEach(in: bytes, place) { body($0, bytes[$1]) }
    }

    func has(_ type: some RawRepresentable<UInt32>) -> Bool { place(type) != nil }

    /// A number of any width up to eight bytes, in netfilter's order.
    func number(_ type: some RawRepresentable<UInt32>) -> UInt64? {
        place(type).flatMap { place in
            place.count > 8 ? nil : place.reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
        }
    }

    func u32(_ type: some RawRepresentable<UInt32>) -> UInt32? { number(type).map { UInt32(truncatingIfNeeded: $0) } }

    /// Up to its NUL.
    func text(_ type: some RawRepresentable<UInt32>) -> String? {
        payload(type).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    func payload(_ type: some RawRepresentable<UInt32>) -> ArraySlice<UInt8>? { place(type).map { bytes[$0] } }

    private func place(_ type: some RawRepresentable<UInt32>) -> Range<Int>? {
        let start = Int(starts[Int(type.rawValue)])
        guard start != 0 else { return nil }
        return start..<start + Int(UInt16(hostOrderIn: bytes, at: start - 4)) - 4
    }

    /// Stops at the first attribute that does not fit.
    private static func forEach(in bytes: ArraySlice<UInt8>, _ range: Range<Int>, _ body: (Int, Range<Int>) -> Void) {
        var position = range.lowerBound
        while range.upperBound - position >= 4 {
            let length = Int(UInt16(hostOrderIn: bytes, at: position))
            guard length >= 4, length <= range.upperBound - position else { return }
            // The two highest bits say that it is nested, and in which order its number is.
            body(Int(UInt16(hostOrderIn: bytes, at: position + 2)) & 0x3FFF, position + 4..<position + length)
            position += (length + 3) & ~3
        }
    }
}

extension UInt16 {
    init(hostOrderIn bytes: ArraySlice<UInt8>, at index: Int) {
        let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
        self = UInt16(1).littleEndian == 1 ? first | second << 8 : first << 8 | second
    }
}
