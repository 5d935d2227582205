internal import COpenSSL

/// What an error code of libssl or libcrypto means in words. Daemons start without the words; they are loaded when the
/// first is asked for.
enum ErrorText {
    private static let areWordsLoaded: Bool = {
        err_load_reasons()
        return true
    }()

    static func of(_ code: UInt) -> String {
        precondition(areWordsLoaded)
        // Unsafe, both: libcrypto answers C strings that live as long as the program.
        if let reason = unsafe ERR_reason_error_string(code) { return unsafe String(cString: reason) }
        let library = unsafe ERR_lib_error_string(code).map { unsafe String(cString: $0) } ?? "libcrypto"
        return "\(library), reason \(ERR_get_reason(code))"
    }
}
