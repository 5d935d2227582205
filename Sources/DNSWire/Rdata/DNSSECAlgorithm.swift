/// The numbers of signature algorithms and the mnemonics that may stand for them (IANA "DNS Security Algorithm
/// Numbers").
enum DNSSECAlgorithm {
    static func number(_ text: String) -> UInt8? {
        if text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) { return UInt8(text) }
        return mnemonics.first { $0.name == text.uppercased() }?.number
    }

    private static let mnemonics: [(number: UInt8, name: String)] = [
        (1, "RSAMD5"), (2, "DH"), (3, "DSA"), (5, "RSASHA1"), (6, "DSA-NSEC3-SHA1"), (7, "RSASHA1-NSEC3-SHA1"),
        (8, "RSASHA256"), (10, "RSASHA512"), (12, "ECC-GOST"), (13, "ECDSAP256SHA256"), (14, "ECDSAP384SHA384"),
        (15, "ED25519"), (16, "ED448"), (252, "INDIRECT"), (253, "PRIVATEDNS"), (254, "PRIVATEOID"),
    ]
}
