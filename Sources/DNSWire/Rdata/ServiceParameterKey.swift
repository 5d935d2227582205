/// The key of a SVCB or HTTPS parameter (RFC 9460 section 14.3.2; IANA "DNS Service Bindings").
package struct ServiceParameterKey: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    // Written out: importers would call the one that is derived through a witness.
    package static func == (left: ServiceParameterKey, right: ServiceParameterKey) -> Bool {
        left.rawValue == right.rawValue
    }

    package static let mandatory = ServiceParameterKey(rawValue: 0)
    package static let alpn = ServiceParameterKey(rawValue: 1)
    package static let noDefaultALPN = ServiceParameterKey(rawValue: 2)
    package static let port = ServiceParameterKey(rawValue: 3)
    package static let ipv4Hint = ServiceParameterKey(rawValue: 4)
    package static let encryptedClientHello = ServiceParameterKey(rawValue: 5)
    package static let ipv6Hint = ServiceParameterKey(rawValue: 6)
    /// RFC 9461 section 5.
    package static let dohPath = ServiceParameterKey(rawValue: 7)
}

extension ServiceParameterKey: CustomStringConvertible {
    /// The registered name, or `key123` for one without.
    package var description: String {
        let index = Int(rawValue)
        return index < ServiceParameterKey.names.count ? ServiceParameterKey.names[index] : "key\(rawValue)"
    }

    /// Reads what `description` writes.
    package init?(_ text: some StringProtocol) {
        if let index = ServiceParameterKey.names.firstIndex(where: { $0 == text }) {
            self.init(rawValue: UInt16(index))
        } else if text.hasPrefix("key"), let number = UInt16(text.dropFirst(3)) {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }

    private static let names = [
        "mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath",
    ]
}
