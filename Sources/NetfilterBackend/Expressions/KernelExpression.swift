internal import Ruleset

/// One nf_tables expression: the kernel's registers are counted in 32-bit slots, so that the two ways of naming the
/// same register (NFT_REG_1 and NFT_REG32_00) are one. Register contents are as the kernel keeps them;
/// the widest are as wide as the widest field.
enum KernelExpression: Equatable {
    case meta(key: UInt32, destination: Int)
    case metaSet(key: UInt32, source: Int)
    case payload(base: UInt32, offset: UInt32, byteCount: UInt32, destination: Int)
    case conntrack(key: UInt32, destination: Int)
    case conntrackSet(key: UInt32, direction: UInt8?, source: Int)
    case fib(result: UInt32, flags: UInt32, destination: Int)
    case socket(key: UInt32, level: UInt32, destination: Int)
    case bitwise(source: Int, destination: Int, mask: FieldValue, xor: FieldValue)
    case byteOrder(source: Int, destination: Int, byteCount: UInt32)
    case compare(Comparison, source: Int, FieldValue)
    case range(isInverted: Bool, source: Int, FieldValue, FieldValue)
    case lookup(SetReference, source: Int, isInverted: Bool, isMap: Bool)
    case immediate(destination: Int, FieldValue)
    case verdict(code: Int32, chain: String?)
    case redirect(portRegister: Int)
    case masquerade
    case reject(kind: UInt32, code: UInt8)
    case counter
    case limit(rate: UInt64, unit: UInt64, burst: UInt32, kind: UInt32, flags: UInt32)
    case log(prefix: String, group: UInt16?)
    /// `set` is the one that it looks in, if any.
    case other(name: String, digest: [UInt8], set: String? = nil)

    /// The operators of NFT_CMP_*, by number.
    enum Comparison: UInt32 {
        case equal = 0
        case notEqual = 1
        case less = 2
        case lessOrEqual = 3
        case greater = 4
        case greaterOrEqual = 5
    }

    /// A set by name; an anonymous one of this batch by its number as well.
    struct SetReference: Equatable {
        var name: String
        var identifier: UInt32?
    }
}

/// How 32-bit slots are named on the wire (enum nft_registers): 8 + slot, or 1 + slot / 4 where the slot starts a
/// 128-bit register. The kernel reports the latter whenever it can.
enum Register {
    static func slot(ofNumber number: UInt32) -> Int? {
        switch number {
        case 1...4: Int(number - 1) * 4
        case 8...23: Int(number - 8)
        default: nil
        }
    }

    static func number(ofSlot slot: Int) -> UInt32 {
        precondition((0..<16).contains(slot), "the kernel has sixteen 32-bit registers")
        return slot % 4 == 0 ? UInt32(slot / 4 + 1) : UInt32(slot + 8)
    }
}
