internal import COpenSSL

/// The one owner of a libcrypto key; every Ed25519 operation on it.
@safe struct EVPKey: ~Copyable {
    /// A key of any algorithm in PEM form is smaller.
    static let maximumPEMBytes = 65_536

    private let key: OpaquePointer

    // Invariant of all methods: `key` came from libcrypto with one reference, which is ours until deinit; pointers
    // into spans are used during a call only.

    private init(_ key: OpaquePointer) { unsafe self.key = key }

    deinit { unsafe EVP_PKEY_free(key) }

    static func publicKey(raw: Span<UInt8>) -> EVPKey? {
        let key = unsafe raw.withUnsafeBufferPointer {
            unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, $0.baseAddress, $0.count)
        }
        return unsafe owned(key)
    }

    static func privateKey(raw: Span<UInt8>) -> EVPKey? {
        let key = unsafe raw.withUnsafeBufferPointer {
            unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, $0.baseAddress, $0.count)
        }
        return unsafe owned(key)
    }

    static func readingPublicPEM(_ pem: Span<UInt8>) -> EVPKey? {
        guard let memory = MemoryBIO.reading(pem, limit: maximumPEMBytes) else { return nil }
        return unsafe owned(PEM_read_bio_PUBKEY(memory.handle, nil, nil, nil))
    }

    static func readingPrivatePEM(_ pem: Span<UInt8>) -> EVPKey? {
        guard let memory = MemoryBIO.reading(pem, limit: maximumPEMBytes) else { return nil }
        // A callback that gives no password, where libcrypto's own would ask the terminal.
        return unsafe owned(PEM_read_bio_PrivateKey(memory.handle, nil, { _, _, _, _ in -1 }, nil))
    }

    /// The 32 bytes of the public half; nil when this is no Ed25519 key.
    borrowing func rawPublicKey() -> [UInt8]? {
        guard unsafe EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Ed25519PublicKey.byteCount)
        var count = bytes.count
        // libcrypto writes at most `count` bytes and says how many.
        let result = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe EVP_PKEY_get_raw_public_key(key, $0.baseAddress, &count)
        }
        return result == 1 && count == bytes.count ? bytes : nil
    }

    borrowing func privatePEM() -> String {
        let memory = MemoryBIO()
        let result = unsafe PEM_write_bio_PKCS8PrivateKey(memory.handle, key, nil, nil, 0, nil, nil)
        precondition(result == 1, "libcrypto cannot write a key to memory")
        return String(decoding: memory.contents(), as: UTF8.self)
    }

    borrowing func publicPEM() -> String {
        let memory = MemoryBIO()
        let result = unsafe PEM_write_bio_PUBKEY(memory.handle, key)
        precondition(result == 1, "libcrypto cannot write a key to memory")
        return String(decoding: memory.contents(), as: UTF8.self)
    }

    borrowing func sign(_ message: Span<UInt8>) -> [UInt8] {
        let operation = DigestOperation()
        var signature = [UInt8](repeating: 0, count: Ed25519PublicKey.signatureByteCount)
        var count = signature.count
        // libcrypto writes at most `count` bytes; an Ed25519 signature has exactly 64.
        let result = unsafe signature.withUnsafeMutableBufferPointer { output in
            unsafe message.withUnsafeBufferPointer { input in
                unsafe EVP_DigestSignInit(operation.handle, nil, nil, nil, key) == 1
                    && EVP_DigestSign(operation.handle, output.baseAddress, &count, input.baseAddress, input.count) == 1
            }
        }
        precondition(result && count == signature.count, "Ed25519 failed inside libcrypto")
        return signature
    }

    borrowing func verify(_ signature: Span<UInt8>, _ message: Span<UInt8>) -> Bool {
        let operation = DigestOperation()
        defer { ERR_clear_error() }
        return unsafe signature.withUnsafeBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe EVP_DigestVerifyInit(operation.handle, nil, nil, nil, key) == 1
                    && EVP_DigestVerify(
                        operation.handle, signature.baseAddress, signature.count, message.baseAddress, message.count)
                        == 1
            }
        }
    }

    /// Takes the reference that libcrypto gave; a refusal leaves no error behind for the next caller.
    private static func owned(_ key: OpaquePointer?) -> EVPKey? {
        guard let key = unsafe key else {
            ERR_clear_error()
            return nil
        }
        return unsafe EVPKey(key)
    }
}
