/// The type of a question or record (RFC 6895 section 3.1; IANA "Resource Record (RR) TYPEs").
package struct RecordType: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    // Written out: importers would call the one that is derived through a witness.
    package static func == (left: RecordType, right: RecordType) -> Bool { left.rawValue == right.rawValue }

    package static let a = RecordType(rawValue: 1)
    package static let ns = RecordType(rawValue: 2)
    package static let cname = RecordType(rawValue: 5)
    package static let soa = RecordType(rawValue: 6)
    package static let ptr = RecordType(rawValue: 12)
    package static let hinfo = RecordType(rawValue: 13)
    package static let mx = RecordType(rawValue: 15)
    package static let txt = RecordType(rawValue: 16)
    package static let rp = RecordType(rawValue: 17)
    package static let afsdb = RecordType(rawValue: 18)
    package static let sig = RecordType(rawValue: 24)
    package static let key = RecordType(rawValue: 25)
    package static let aaaa = RecordType(rawValue: 28)
    package static let loc = RecordType(rawValue: 29)
    package static let srv = RecordType(rawValue: 33)
    package static let naptr = RecordType(rawValue: 35)
    package static let kx = RecordType(rawValue: 36)
    package static let cert = RecordType(rawValue: 37)
    package static let dname = RecordType(rawValue: 39)
    package static let opt = RecordType(rawValue: 41)
    package static let ds = RecordType(rawValue: 43)
    package static let sshfp = RecordType(rawValue: 44)
    package static let rrsig = RecordType(rawValue: 46)
    package static let nsec = RecordType(rawValue: 47)
    package static let dnskey = RecordType(rawValue: 48)
    package static let nsec3 = RecordType(rawValue: 50)
    package static let nsec3param = RecordType(rawValue: 51)
    package static let tlsa = RecordType(rawValue: 52)
    package static let smimea = RecordType(rawValue: 53)
    package static let cds = RecordType(rawValue: 59)
    package static let cdnskey = RecordType(rawValue: 60)
    package static let openpgpkey = RecordType(rawValue: 61)
    package static let csync = RecordType(rawValue: 62)
    package static let zonemd = RecordType(rawValue: 63)
    package static let svcb = RecordType(rawValue: 64)
    package static let https = RecordType(rawValue: 65)
    package static let spf = RecordType(rawValue: 99)
    package static let tkey = RecordType(rawValue: 249)
    package static let tsig = RecordType(rawValue: 250)
    package static let ixfr = RecordType(rawValue: 251)
    package static let axfr = RecordType(rawValue: 252)
    package static let mailb = RecordType(rawValue: 253)
    package static let maila = RecordType(rawValue: 254)
    package static let any = RecordType(rawValue: 255)
    package static let uri = RecordType(rawValue: 256)
    package static let caa = RecordType(rawValue: 257)
    package static let dlv = RecordType(rawValue: 32769)

    /// The record signs or frames one message and is no data: it has no lifetime to count down.
    package var isPerMessage: Bool { self == .opt || self == .tsig }
}

extension RecordType: CustomStringConvertible {
    /// The mnemonic, or `TYPE123` for one without (RFC 3597 section 5).
    package var description: String {
        RecordType.names.first { $0.value == rawValue }?.name ?? "TYPE\(rawValue)"
    }

    /// Reads what `description` writes, in any case.
    package init?(_ text: some StringProtocol) {
        let upper = text.uppercased()
        if let known = RecordType.names.first(where: { $0.name == upper }) {
            self.init(rawValue: known.value)
        } else if upper.hasPrefix("TYPE"), let number = UInt16(upper.dropFirst(4)) {
            self.init(rawValue: number)
        } else {
            return nil
        }
    }

    private static let names: [(value: UInt16, name: String)] = [
        (1, "A"), (2, "NS"), (3, "MD"), (4, "MF"), (5, "CNAME"), (6, "SOA"), (7, "MB"), (8, "MG"), (9, "MR"),
        (10, "NULL"), (11, "WKS"), (12, "PTR"), (13, "HINFO"), (14, "MINFO"), (15, "MX"), (16, "TXT"), (17, "RP"),
        (18, "AFSDB"), (19, "X25"), (20, "ISDN"), (21, "RT"), (22, "NSAP"), (23, "NSAP-PTR"), (24, "SIG"),
        (25, "KEY"), (26, "PX"), (27, "GPOS"), (28, "AAAA"), (29, "LOC"), (30, "NXT"), (33, "SRV"), (35, "NAPTR"),
        (36, "KX"), (37, "CERT"), (38, "A6"), (39, "DNAME"), (41, "OPT"), (42, "APL"), (43, "DS"), (44, "SSHFP"),
        (45, "IPSECKEY"), (46, "RRSIG"), (47, "NSEC"), (48, "DNSKEY"), (49, "DHCID"), (50, "NSEC3"),
        (51, "NSEC3PARAM"), (52, "TLSA"), (53, "SMIMEA"), (55, "HIP"), (59, "CDS"), (60, "CDNSKEY"),
        (61, "OPENPGPKEY"), (62, "CSYNC"), (63, "ZONEMD"), (64, "SVCB"), (65, "HTTPS"), (99, "SPF"),
        (104, "NID"), (105, "L32"), (106, "L64"), (107, "LP"), (108, "EUI48"), (109, "EUI64"), (249, "TKEY"),
        (250, "TSIG"), (251, "IXFR"), (252, "AXFR"), (253, "MAILB"), (254, "MAILA"), (255, "ANY"), (256, "URI"),
        (257, "CAA"), (32769, "DLV"),
    ]
}
