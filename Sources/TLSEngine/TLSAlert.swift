internal import COpenSSL

/// The description byte of an alert (RFC 8446 section 6).
package struct TLSAlert: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let closeNotify = TLSAlert(rawValue: 0)
    package static let protocolVersion = TLSAlert(rawValue: 70)
}

extension TLSAlert: CustomStringConvertible {
    /// The RFC's name in words, and the number.
    package var description: String {
        // Unsafe: libssl answers a C string that lives as long as the program.
        let name = unsafe SSL_alert_desc_string_long(Int32(rawValue)).map { unsafe String(cString: $0) }
        return "\(name ?? "unknown") (\(rawValue))"
    }
}
