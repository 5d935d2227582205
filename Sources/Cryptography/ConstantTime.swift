internal import COpenSSL

/// Comparison whose duration tells nothing about where the bytes differ.
package enum ConstantTime {
    /// Lengths are not secret: different ones answer at once.
    package static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        // Invariant: both pointers are good for `left.count` bytes for the duration of the call.
        return unsafe left.withUnsafeBufferPointer { left in
            unsafe right.withUnsafeBufferPointer { right in
                unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
            }
        }
    }
}
