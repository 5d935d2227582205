/// How a lab server speaks TLS.
package struct TLSServerConfiguration: Sendable {
    package var identity: ServerIdentity
    /// Accepted ALPN names, best first; with none, whatever the client offers is ignored.
    package var applicationProtocols: [String]
    package var minimumVersion: TLSVersion
    package var maximumVersion: TLSVersion
    /// Session tickets, and with them resumption.
    package var issuesTickets: Bool

    package init(
        identity: ServerIdentity, applicationProtocols: [String] = ["dot"], minimumVersion: TLSVersion = .tls12,
        maximumVersion: TLSVersion = .tls13, issuesTickets: Bool = true
    ) {
        self.identity = identity
        self.applicationProtocols = applicationProtocols
        self.minimumVersion = minimumVersion
        self.maximumVersion = maximumVersion
        self.issuesTickets = issuesTickets
    }
}

/// Protocol versions by their number on the wire (RFC 8446 section 4.2.1).
package enum TLSVersion: UInt16, Sendable, Comparable {
    case tls11 = 0x0302
    case tls12 = 0x0303
    case tls13 = 0x0304

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
