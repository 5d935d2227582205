internal import CLinux

/// The kernel's random bytes.
package enum EntropySource {
    package static func fill(_ bytes: inout MutableSpan<UInt8>) {
        var filled = 0
        while filled < bytes.count {
            // Writes into the rest of a buffer that lives through the call. After boot, getrandom fails only by a signal.
            let count = unsafe bytes.withUnsafeMutableBufferPointer {
                unsafe enigm_getrandom($0.baseAddress.map { unsafe $0 + filled }, $0.count - filled)
            }
            filled += max(0, Int(count))
        }
    }

    package static func nextUInt64() -> UInt64 {
        var bytes = [UInt8](repeating: 0, count: 8)
        var span = bytes.mutableSpan
        fill(&span)
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
