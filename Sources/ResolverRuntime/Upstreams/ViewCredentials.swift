internal import Cryptography
internal import LinuxIO
internal import ProxyEngine

/// What a SOCKS proxy tells the views of a resolver apart by. It says nothing of a view, and is another at every start.
enum ViewCredentials {
    /// Of all workers.
    private static let secret: [UInt8] = {
        var bytes = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
        var span = bytes.mutableSpan
        EntropySource.fill(&span)
        return bytes
    }()

    static func credentials(of view: String) -> SOCKSHandshake.Credentials {
        let digits = SHA256.digest(of: (secret + Array(view.utf8)).span).hexadecimal
        let half = digits.utf8.count / 2
        return SOCKSHandshake.Credentials(user: String(digits.prefix(half)), password: String(digits.suffix(half)))
    }
}
