/// One piece of a record's data in text. The string says what it means, for messages.
enum RdataField: Sendable {
    case uint8(String), uint16(String), uint32(String)
    /// Seconds, which may be written with units.
    case period(String)
    /// Seconds since 1970, written as a date (RFC 4034 section 3.2).
    case timestamp(String)
    case ipv4(String), ipv6(String)
    case name(String)
    case type(String)
    /// A number or its mnemonic (RFC 4034 appendix A.1).
    case algorithm(String)
    /// A character string (RFC 1035 section 3.3), and one or more of them.
    case string(String), strings(String)
    /// A string without a length, until the end.
    case text(String)
    case propertyName(String)
    /// Octets until the end, in as many words as one likes.
    case hexadecimal(String), base64(String)
    /// Octets behind their length, in one word (RFC 5155 section 3.3).
    case salt(String), hash(String)
    /// RFC 4034 section 4.1.2.
    case types
    /// RFC 9460 section 2.1.
    case serviceParameters
}

/// How the data of a record type is written, field after field: the same row reads text and writes it.
struct RdataFormat: Sendable {
    let fields: [RdataField]

    private init(_ fields: RdataField...) { self.fields = fields }

    /// Nil for types that have no form of their own here; that of RFC 3597 section 5 is good for every type.
    static func format(of type: RecordType) -> RdataFormat? { formats[type] }

    private static let formats: [RecordType: RdataFormat] = {
        var formats: [RecordType: RdataFormat] = [:]
        for (types, format) in rows { for type in types { formats[type] = format } }
        return formats
    }()

    private static let rows: [(types: [RecordType], format: RdataFormat)] = [
        ([.a], RdataFormat(.ipv4("address"))),
        ([.aaaa], RdataFormat(.ipv6("address"))),
        ([.ns, .cname, .ptr, .dname], RdataFormat(.name("target"))),
        (
            [.soa],
            RdataFormat(
                .name("primary server"), .name("mailbox"), .uint32("serial"), .period("refresh"), .period("retry"),
                .period("expire"), .period("minimum"))
        ),
        ([.hinfo], RdataFormat(.string("processor"), .string("operating system"))),
        ([.mx], RdataFormat(.uint16("preference"), .name("exchange"))),
        ([.txt, .spf], RdataFormat(.strings("text"))),
        ([.rp], RdataFormat(.name("mailbox"), .name("name of texts"))),
        ([.afsdb], RdataFormat(.uint16("subtype"), .name("server"))),
        ([.kx], RdataFormat(.uint16("preference"), .name("exchanger"))),
        ([.srv], RdataFormat(.uint16("priority"), .uint16("weight"), .uint16("port"), .name("target"))),
        (
            [.naptr],
            RdataFormat(
                .uint16("order"), .uint16("preference"), .string("flags"), .string("services"),
                .string("expression"), .name("replacement"))
        ),
        (
            [.cert],
            RdataFormat(
                .uint16("certificate type"), .uint16("key tag"), .algorithm("algorithm"), .base64("certificate"))
        ),
        (
            [.ds, .cds, .dlv],
            RdataFormat(
                .uint16("key tag"), .algorithm("algorithm"), .uint8("digest type"), .hexadecimal("digest"))
        ),
        ([.sshfp], RdataFormat(.uint8("algorithm"), .uint8("fingerprint type"), .hexadecimal("fingerprint"))),
        (
            [.rrsig, .sig],
            RdataFormat(
                .type("type covered"), .algorithm("algorithm"), .uint8("labels"), .period("original TTL"),
                .timestamp("expiration"), .timestamp("inception"), .uint16("key tag"), .name("signer"),
                .base64("signature"))
        ),
        ([.nsec], RdataFormat(.name("next name"), .types)),
        (
            [.dnskey, .cdnskey, .key],
            RdataFormat(.uint16("flags"), .uint8("protocol"), .algorithm("algorithm"), .base64("key"))
        ),
        (
            [.nsec3],
            RdataFormat(
                .uint8("hash algorithm"), .uint8("flags"), .uint16("iterations"), .salt("salt"), .hash("next hash"),
                .types)
        ),
        (
            [.nsec3param],
            RdataFormat(.uint8("hash algorithm"), .uint8("flags"), .uint16("iterations"), .salt("salt"))
        ),
        (
            [.tlsa, .smimea],
            RdataFormat(.uint8("usage"), .uint8("selector"), .uint8("matching type"), .hexadecimal("association"))
        ),
        ([.openpgpkey], RdataFormat(.base64("key"))),
        ([.csync], RdataFormat(.uint32("serial"), .uint16("flags"), .types)),
        ([.zonemd], RdataFormat(.uint32("serial"), .uint8("scheme"), .uint8("algorithm"), .hexadecimal("digest"))),
        ([.svcb, .https], RdataFormat(.uint16("priority"), .name("target"), .serviceParameters)),
        ([.uri], RdataFormat(.uint16("priority"), .uint16("weight"), .text("target"))),
        ([.caa], RdataFormat(.uint8("flags"), .propertyName("property name"), .text("value"))),
    ]
}
