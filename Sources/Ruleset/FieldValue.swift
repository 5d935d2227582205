package import NetworkTypes

/// The value of one field: big-endian bytes, as wide as its `FieldType` says. The kernel keeps some fields in host
/// order; that is the business of the encoder alone, so that canonical forms are equal on every machine.
package struct FieldValue: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package init(_ value: UInt8) { bytes = [value] }

    package init(_ value: UInt16) { bytes = [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)] }

    package init(_ value: UInt32) {
        bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) }
    }

    package init(_ value: UInt64) {
        bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) }
    }

    package init(_ address: IPv4Address) { self.init(address.bits) }

    package init(_ address: IPv6Address) {
        bytes = FieldValue(address.high).bytes + FieldValue(address.low).bytes
    }

    package init(_ address: IPAddress) {
        switch address {
        case .v4(let address): self.init(address)
        case .v6(let address): self.init(address)
        }
    }

    /// An interface name, padded to IFNAMSIZ.
    package init(interfaceName name: String) {
        let name = Array(name.utf8.prefix(15))
        bytes = name + Array(repeating: 0, count: 16 - name.count)
    }

    /// The value as a number, for fields of up to eight bytes.
    package var integer: UInt64 { bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    /// Bit by bit; both are equally wide.
    package func masked(by mask: FieldValue) -> FieldValue {
        FieldValue(bytes: zip(bytes, mask.bytes).map { $0 & $1 })
    }

    /// The mask whose first `length` bits are set.
    package static func prefixMask(length: Int, byteCount: Int) -> FieldValue {
        FieldValue(
            bytes: (0..<byteCount).map { index in
                let bits = min(8, max(0, length - 8 * index))
                return bits == 0 ? 0 : UInt8.max << UInt8(8 - bits)
            })
    }
}

extension FieldValue: Comparable {
    package static func < (left: FieldValue, right: FieldValue) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
