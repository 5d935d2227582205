internal import COpenSSL

/// The one owner of a libcrypto memory buffer, through which PEM text goes in and out.
@safe struct MemoryBIO: ~Copyable {
    // Invariant: allocated by libcrypto, ours alone, freed once.
    let handle: OpaquePointer

    /// An empty one, to be written.
    init() {
        guard let handle = unsafe BIO_new(BIO_s_mem()) else { preconditionFailure("out of memory") }
        unsafe self.handle = handle
    }

    /// A copy of `bytes`, to be read; nil when there are more than `limit`.
    static func reading(_ bytes: Span<UInt8>, limit: Int) -> MemoryBIO? {
        guard bytes.count <= limit, limit <= Int(Int32.max) else { return nil }
        let memory = MemoryBIO()
        // BIO_write copies exactly the span's bytes into the buffer, and answers -1 (or 0) when there are none.
        let written = unsafe bytes.withUnsafeBufferPointer {
            unsafe BIO_write(memory.handle, $0.baseAddress, Int32($0.count))
        }
        precondition(written == Int32(bytes.count) || bytes.isEmpty, "out of memory")
        return memory
    }

    /// Everything that was written and not read yet.
    borrowing func contents() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(unsafe BIO_ctrl_pending(handle)))
        let count = Int32(bytes.count)
        // BIO_read writes at most `count` bytes, which is the array's size.
        let read = unsafe bytes.withUnsafeMutableBufferPointer { unsafe BIO_read(handle, $0.baseAddress, count) }
        precondition(read == count || count == 0, "a memory buffer gives what it holds")
        return bytes
    }

    deinit { unsafe BIO_free_all(handle) }
}
