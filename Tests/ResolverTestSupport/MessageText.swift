internal import ByteCodec
package import DNSWire

/// A record to be put into an upstream's answer.
package struct TestRecord {
    package var owner: String
    package var type: RecordType
    package var ttl: UInt32
    package var rdata: [UInt8]
    package var section: Section

    package init(
        owner: String, type: RecordType, ttl: UInt32, rdata: [UInt8], section: Section = .answer
    ) {
        self.owner = owner
        self.type = type
        self.ttl = ttl
        self.rdata = rdata
        self.section = section
    }

    package static func a(_ owner: String, _ ttl: UInt32 = 300, _ address: [UInt8] = [198, 51, 100, 7]) -> TestRecord {
        TestRecord(owner: owner, type: .a, ttl: ttl, rdata: address)
    }

    package static func aaaa(_ owner: String, _ ttl: UInt32 = 300, _ address: [UInt8]) -> TestRecord {
        TestRecord(owner: owner, type: .aaaa, ttl: ttl, rdata: address)
    }

    package static func cname(_ owner: String, _ target: String, _ ttl: UInt32 = 300) -> TestRecord {
        TestRecord(owner: owner, type: .cname, ttl: ttl, rdata: wire(target))
    }

    package static func txt(_ owner: String, _ ttl: UInt32 = 300, length: Int = 10) -> TestRecord {
        TestRecord(owner: owner, type: .txt, ttl: ttl, rdata: [UInt8(length)] + [UInt8](repeating: 0x78, count: length))
    }

    package static func soa(
        _ owner: String, ttl: UInt32 = 300, minimum: UInt32 = 60, section: Section = .authority
    ) -> TestRecord {
        var data = wire("ns.\(owner)") + wire("mail.\(owner)")
        for number: UInt32 in [1, 3600, 600, 86400, minimum] { data.appendBigEndian(number) }
        return TestRecord(owner: owner, type: .soa, ttl: ttl, rdata: data, section: section)
    }

    package func at(_ section: Section) -> TestRecord {
        var copy = self
        copy.section = section
        return copy
    }
}

package func wire(_ name: String) -> [UInt8] {
    guard let name = OwnedName(name) else { preconditionFailure("not a name: \(name)") }
    return name.wire
}

/// A client's query, byte for byte.
package func query(
    _ name: String, _ type: RecordType = .a, id: UInt16 = 1, recordClass: RecordClass = .internet, edns: Int? = nil,
    wantsDNSSEC: Bool = false, checkingDisabled: Bool = false, authenticData: Bool = false,
    recursionDesired: Bool = true
) -> [UInt8] {
    var flags = Flags(rawValue: 0)
    flags.recursionDesired = recursionDesired
    flags.checkingDisabled = checkingDisabled
    flags.authenticData = authenticData
    var bytes: [UInt8] = []
    bytes.appendBigEndian(id)
    bytes.appendBigEndian(flags.rawValue)
    for count: UInt16 in [1, 0, 0, edns == nil ? 0 : 1] { bytes.appendBigEndian(count) }
    bytes += wire(name)
    bytes.appendBigEndian(type.rawValue)
    bytes.appendBigEndian(recordClass.rawValue)
    if let edns {
        bytes.append(0)
        bytes.appendBigEndian(RecordType.opt.rawValue)
        bytes.appendBigEndian(UInt16(edns))
        bytes.appendBigEndian(UInt32(wantsDNSSEC ? 0x8000 : 0))
        bytes.appendBigEndian(UInt16(0))
    }
    return bytes
}

/// An upstream's answer, uncompressed.
package func response(
    _ name: String, _ type: RecordType = .a, _ records: [TestRecord] = [], code: ResponseCode = .noError,
    truncated: Bool = false, authentic: Bool = false, isResponse: Bool = true,
    error: (code: ExtendedErrorCode, text: String)? = nil
) -> [UInt8] {
    var flags = Flags(rawValue: 0)
    flags.isResponse = isResponse
    flags.recursionDesired = true
    flags.recursionAvailable = true
    flags.isTruncated = truncated
    flags.authenticData = authentic
    flags.responseCode = code
    var bytes: [UInt8] = []
    bytes.appendBigEndian(UInt16(0x1234))
    bytes.appendBigEndian(flags.rawValue)
    bytes.appendBigEndian(UInt16(1))
    for section in Section.allCases {
        let opt = section == .additional && error != nil ? 1 : 0
        bytes.appendBigEndian(UInt16(records.count { $0.section == section } + opt))
    }
    bytes += wire(name)
    bytes.appendBigEndian(type.rawValue)
    bytes.appendBigEndian(RecordClass.internet.rawValue)
    for section in Section.allCases {
        for record in records where record.section == section {
            bytes += wire(record.owner)
            bytes.appendBigEndian(record.type.rawValue)
            bytes.appendBigEndian(RecordClass.internet.rawValue)
            bytes.appendBigEndian(record.ttl)
            bytes.appendBigEndian(UInt16(record.rdata.count))
            bytes += record.rdata
        }
    }
    if let error {
        bytes.append(0)
        bytes.appendBigEndian(RecordType.opt.rawValue)
        bytes.appendBigEndian(UInt16(1232))
        bytes.appendBigEndian(UInt32(0))
        bytes.appendBigEndian(UInt16(error.text.utf8.count + 6))
        bytes.appendBigEndian(EDNSOptionCode.extendedError.rawValue)
        bytes.appendBigEndian(UInt16(error.text.utf8.count + 2))
        bytes.appendBigEndian(error.code.rawValue)
        bytes += Array(error.text.utf8)
    }
    return bytes
}
