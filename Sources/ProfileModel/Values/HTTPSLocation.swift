/// Where a DNS-over-HTTPS service is asked (RFC 8484): `https://name[:port]/path`.
package struct HTTPSLocation: Hashable, Sendable {
    package let host: DomainName
    /// Nil when the URL names none: then 443.
    package let port: UInt16?
    /// With its leading slash.
    package let path: String

    package init(host: DomainName, port: UInt16?, path: String) {
        self.host = host
        self.port = port
        self.path = path
    }
}

extension HTTPSLocation: CustomStringConvertible {
    package var description: String { "https://\(host)\(port.map { ":\($0)" } ?? "")\(path)" }
}
