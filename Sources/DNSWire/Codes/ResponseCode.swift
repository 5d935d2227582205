/// How a request ended, with the eight upper bits that an OPT record may add (RFC 6895 section 2.3).
package struct ResponseCode: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    // Written out: importers would call the one that is derived through a witness.
    package static func == (left: ResponseCode, right: ResponseCode) -> Bool { left.rawValue == right.rawValue }

    package static let noError = ResponseCode(rawValue: 0)
    package static let formatError = ResponseCode(rawValue: 1)
    package static let serverFailure = ResponseCode(rawValue: 2)
    package static let nameError = ResponseCode(rawValue: 3)
    package static let notImplemented = ResponseCode(rawValue: 4)
    package static let refused = ResponseCode(rawValue: 5)
    package static let badVersion = ResponseCode(rawValue: 16)
    package static let badCookie = ResponseCode(rawValue: 23)
}

extension ResponseCode: CustomStringConvertible {
    /// The mnemonic, or `RCODE123` for one without.
    package var description: String {
        let index = Int(rawValue)
        guard index < ResponseCode.names.count, !ResponseCode.names[index].isEmpty else { return "RCODE\(rawValue)" }
        return ResponseCode.names[index]
    }

    /// Reads what `description` writes, in any case.
    package init?(_ text: some StringProtocol) {
        let upper = text.uppercased()
        if let index = ResponseCode.names.firstIndex(of: upper), !upper.isEmpty {
            self.init(rawValue: UInt16(index))
        } else if upper.hasPrefix("RCODE"), let number = UInt16(upper.dropFirst(5)) {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }

    private static let names = [
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET",
        "NOTAUTH", "NOTZONE", "DSOTYPENI", "", "", "", "", "BADVERS", "BADKEY", "BADTIME", "BADMODE", "BADNAME",
        "BADALG", "BADTRUNC", "BADCOOKIE",
    ]
}
