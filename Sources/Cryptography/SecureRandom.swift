internal import COpenSSL

/// Unpredictable numbers, from libcrypto's generator, which the kernel seeds.
package struct SecureRandom: RandomNumberGenerator, Sendable {
    package init() {}

    package static func bytes(_ count: Int) -> [UInt8] {
        precondition(count >= 0 && count <= Int(Int32.max), "RAND_bytes counts in 32 bits")
        var bytes = [UInt8](repeating: 0, count: count)
        // Invariant: RAND_bytes writes exactly `count` bytes, which is the array's size.
        let result = unsafe bytes.withUnsafeMutableBufferPointer { unsafe RAND_bytes($0.baseAddress, Int32(count)) }
        // Predictable numbers would be worse than none: query ids and keys are made of them.
        precondition(result == 1, "no entropy")
        return bytes
    }

    package mutating func next() -> UInt64 {
        SecureRandom.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
