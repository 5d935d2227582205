internal import COpenSSL

/// What libcrypto answers with nil or 0 when memory is out or an argument makes no sense. The lab cannot go on
/// without either, and neither depends on what a peer sent: both are programmer errors.
enum Libcrypto {
    static func required(_ pointer: OpaquePointer?, _ call: StaticString) -> OpaquePointer {
        guard let pointer = unsafe pointer else { preconditionFailure("\(call) failed: \(lastError)") }
        return unsafe pointer
    }

    static func require(_ status: Int32, _ call: StaticString) {
        precondition(status > 0, "\(call) failed: \(lastError)")
    }

    /// The reason text of the newest entry of this thread's error queue, which is emptied.
    static var lastError: String {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        // A reason string is static storage of libcrypto.
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else { return "no reason given" }
        return unsafe String(cString: reason)
    }

    /// The bytes that `write` puts into a memory BIO.
    static func collect(_ write: (OpaquePointer) -> Int32) -> [UInt8] {
        let bio = unsafe required(BIO_new(BIO_s_mem()), "BIO_new")
        // The BIO is owned here and freed on the only way out; nothing keeps it.
        defer { unsafe BIO_free_all(bio) }
        require(unsafe write(bio), "writing to memory")
        return unsafe drain(bio)
    }

    /// Everything that lies in the memory BIO `bio`, which must be alive.
    static func drain(_ bio: OpaquePointer) -> [UInt8] {
        let count = unsafe BIO_ctrl_pending(bio)
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            // BIO_read writes at most `count` bytes, the buffer's capacity, and answers how many.
            initialized = count == 0 ? 0 : max(0, Int(unsafe BIO_read(bio, buffer.baseAddress, Int32(count))))
        }
    }
}
