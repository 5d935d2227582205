/// Why an answer is as it is (RFC 8914 section 4; IANA "Extended DNS Error Codes").
package struct ExtendedErrorCode: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    // Written out: importers would call the one that is derived through a witness.
    package static func == (left: ExtendedErrorCode, right: ExtendedErrorCode) -> Bool {
        left.rawValue == right.rawValue
    }

    package static let other = ExtendedErrorCode(rawValue: 0)
    package static let staleAnswer = ExtendedErrorCode(rawValue: 3)
    package static let forgedAnswer = ExtendedErrorCode(rawValue: 4)
    package static let cachedError = ExtendedErrorCode(rawValue: 13)
    package static let notReady = ExtendedErrorCode(rawValue: 14)
    package static let blocked = ExtendedErrorCode(rawValue: 15)
    package static let censored = ExtendedErrorCode(rawValue: 16)
    package static let filtered = ExtendedErrorCode(rawValue: 17)
    package static let prohibited = ExtendedErrorCode(rawValue: 18)
    package static let staleNXDomainAnswer = ExtendedErrorCode(rawValue: 19)
    package static let notAuthoritative = ExtendedErrorCode(rawValue: 20)
    package static let notSupported = ExtendedErrorCode(rawValue: 21)
    package static let noReachableAuthority = ExtendedErrorCode(rawValue: 22)
    package static let networkError = ExtendedErrorCode(rawValue: 23)
    package static let invalidData = ExtendedErrorCode(rawValue: 24)
    package static let synthesized = ExtendedErrorCode(rawValue: 29)
    package static let invalidQueryType = ExtendedErrorCode(rawValue: 30)
}

extension ExtendedErrorCode: CustomStringConvertible {
    /// The registry's words, or `EDE123` for one without.
    package var description: String {
        let index = Int(rawValue)
        return index < ExtendedErrorCode.names.count ? ExtendedErrorCode.names[index] : "EDE\(rawValue)"
    }

    private static let names = [
        "Other", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type", "Stale Answer", "Forged Answer",
        "DNSSEC Indeterminate", "DNSSEC Bogus", "Signature Expired", "Signature Not Yet Valid", "DNSKEY Missing",
        "RRSIGs Missing", "No Zone Key Bit Set", "NSEC Missing", "Cached Error", "Not Ready", "Blocked", "Censored",
        "Filtered", "Prohibited", "Stale NXDomain Answer", "Not Authoritative", "Not Supported",
        "No Reachable Authority", "Network Error", "Invalid Data", "Signature Expired before Valid", "Too Early",
        "Unsupported NSEC3 Iterations Value", "Unable to conform to policy", "Synthesized", "Invalid Query Type",
    ]
}
