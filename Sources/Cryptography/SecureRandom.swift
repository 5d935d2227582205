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
        var value: UInt64 = 0
        // Invariant: RAND_bytes writes the eight bytes of `value`, which is exclusively ours during the call.
        let result = unsafe withUnsafeMutableBytes(of: &value) {
            unsafe RAND_bytes($0.assumingMemoryBound(to: UInt8.self).baseAddress, 8)
        }
        precondition(result == 1, "no entropy")
        return value
    }
}
