/// Which EDNS option (RFC 6891 section 9; IANA "DNS EDNS0 Option Codes").
package struct EDNSOptionCode: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    // Written out: importers would call the one that is derived through a witness.
    package static func == (left: EDNSOptionCode, right: EDNSOptionCode) -> Bool { left.rawValue == right.rawValue }

    package static let nameServerIdentifier = EDNSOptionCode(rawValue: 3)
    package static let clientSubnet = EDNSOptionCode(rawValue: 8)
    package static let cookie = EDNSOptionCode(rawValue: 10)
    package static let keepalive = EDNSOptionCode(rawValue: 11)
    package static let padding = EDNSOptionCode(rawValue: 12)
    package static let extendedError = EDNSOptionCode(rawValue: 15)
}

extension EDNSOptionCode: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nameServerIdentifier: "NSID"
        case .clientSubnet: "CLIENT-SUBNET"
        case .cookie: "COOKIE"
        case .keepalive: "KEEPALIVE"
        case .padding: "PADDING"
        case .extendedError: "EDE"
        default: "OPT\(rawValue)"
        }
    }
}
