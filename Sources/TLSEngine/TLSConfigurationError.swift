/// Why a context or a trust store cannot be made. What cannot be safe does not load.
package enum TLSConfigurationError: Error, Equatable, Sendable {
    /// The PEM text holds no certificate.
    case noCertificate
    /// A certificate in the PEM text is damaged, or there are more than ``TrustStore/maximumCertificates``.
    case unreadableCertificate
    /// Neither a host name nor an address.
    case invalidServerName(String)
    /// Pins are asked for and none are given.
    case noPins
    /// The installed libssl refuses a setting that this program depends on.
    case unsupported(String)
}

extension TLSConfigurationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noCertificate: "the certificate authority file holds no PEM certificate"
        case .unreadableCertificate: "the certificate authority file holds a damaged certificate, or too many"
        case .invalidServerName(let name): "`\(name)` is neither a host name nor an address"
        case .noPins: "pins are asked for but none is given"
        case .unsupported(let setting): "the installed libssl does not support \(setting)"
        }
    }
}
