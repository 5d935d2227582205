package import NetworkTypes

/// The value of one field: big-endian bytes, as wide as its `FieldType` says. The kernel keeps some fields in host
/// order; that is the business of the encoder alone, so that canonical forms are equal on every machine.
package struct FieldValue: Hashable, Sendable {
    /// The widest fields are IPv6 addresses and interface names.
    package static let maximumBytes = 16

    // A number of 128 bits would have every rule and element laid out by 16 bytes: half as large again, in memory that
    // is asked for by the slow way.
    private let high: UInt64
    private let low: UInt64
    private let width: UInt8

    /// `number` fits into that many bytes.
    package init(_ number: UInt128, byteCount: Int) {
        precondition(byteCount <= FieldValue.maximumBytes, "wider than any field")
        high = UInt64(truncatingIfNeeded: number >> 64)
        low = UInt64(truncatingIfNeeded: number)
        width = UInt8(byteCount)
    }

    package init(bytes: ArraySlice<UInt8>) {
        self.init(bytes.reduce(0) { $0 << 8 | UInt128($1) }, byteCount: bytes.count)
    }

    /// The bytes as a number, the first one highest: as large as the field is wide.
    package var number: UInt128 { UInt128(high) << 64 | UInt128(low) }

    package var byteCount: Int { Int(width) }

    package init(bytes: [UInt8]) { self.init(bytes: bytes[...]) }

    package init(_ value: UInt8) { self.init(UInt128(value), byteCount: 1) }

    package init(_ value: UInt16) { self.init(UInt128(value), byteCount: 2) }

    package init(_ value: UInt32) { self.init(UInt128(value), byteCount: 4) }

    package init(_ value: UInt64) { self.init(UInt128(value), byteCount: 8) }

    package init(_ address: IPv4Address) { self.init(address.bits) }

    package init(_ address: IPv6Address) {
        self.init(UInt128(address.high) << 64 | UInt128(address.low), byteCount: 16)
    }

    package init(_ address: IPAddress) {
        switch address {
        case .v4(let address): self.init(address)
        case .v6(let address): self.init(address)
        }
    }

    /// An interface name, padded to IFNAMSIZ.
    package init(interfaceName name: String) {
        let name = name.utf8.prefix(15)
        let number = name.reduce(0) { $0 << 8 | UInt128($1) }
        self.init(number << UInt128(8 * (16 - name.count)), byteCount: 16)
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: byteCount) { output in
            for index in 0..<byteCount { output.append(byte(at: index)) }
        }
    }

    package func byte(at index: Int) -> UInt8 {
        let place = byteCount - 1 - index
        return UInt8(truncatingIfNeeded: place < 8 ? low >> UInt64(8 * place) : high >> UInt64(8 * (place - 8)))
    }

    /// The last byte first.
    package var reversed: FieldValue {
        FieldValue(byteCount == 0 ? 0 : number.byteSwapped >> UInt128(128 - 8 * byteCount), byteCount: byteCount)
    }

    /// As if zeros followed, up to that width; only the first bytes when it is narrower.
    package func resized(to width: Int) -> FieldValue {
        FieldValue(
            width >= byteCount
                ? number << UInt128(8 * (width - byteCount)) : number >> UInt128(8 * (byteCount - width)),
            byteCount: width)
    }

    /// The lowest 64 bits of the number.
    package var integer: UInt64 { low }

    /// Bit by bit; both are equally wide.
    package func masked(by mask: FieldValue) -> FieldValue {
        FieldValue(number & mask.number, byteCount: byteCount)
    }

    /// The highest value that differs from this one only where `mask` has no bits; both are equally wide.
    package func filled(outside mask: FieldValue) -> FieldValue {
        FieldValue(number | (~mask.number & FieldValue.highest(byteCount).number), byteCount: byteCount)
    }

    /// The mask whose first `length` bits are set.
    package static func prefixMask(length: Int, byteCount: Int) -> FieldValue {
        let highest = FieldValue.highest(byteCount)
        let hostBits = UInt128(min(8 * byteCount, max(0, 8 * byteCount - length)))
        return FieldValue((highest.number >> hostBits) << hostBits, byteCount: byteCount)
    }

    package static func highest(_ byteCount: Int) -> FieldValue {
        FieldValue(byteCount == 0 ? 0 : UInt128.max >> UInt128(128 - 8 * byteCount), byteCount: byteCount)
    }

    package static func lowest(_ byteCount: Int) -> FieldValue { FieldValue(0, byteCount: byteCount) }

    /// The next higher value of the same width; nil after the highest.
    package var successor: FieldValue? {
        self == .highest(byteCount) ? nil : FieldValue(number + 1, byteCount: byteCount)
    }

    /// The next lower value of the same width; nil before zero.
    package var predecessor: FieldValue? {
        number == 0 ? nil : FieldValue(number - 1, byteCount: byteCount)
    }
}

extension FieldValue: Comparable {
    /// As texts of bytes are: by the first byte that differs.
    package static func < (left: FieldValue, right: FieldValue) -> Bool {
        if left.byteCount == right.byteCount { return left.number < right.number }
        return left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
