/// The second word of the header: flags, opcode and the low four bits of the response code (RFC 1035 section
/// 4.1.1; AD and CD: RFC 4035 section 3).
package struct Flags: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    // Written out: importers would call the one that is derived through a witness.
    package static func == (left: Flags, right: Flags) -> Bool { left.rawValue == right.rawValue }

    /// A query that asks for recursion, or (RFC 1035) the flags of one.
    package static let recursiveQuery = Flags(rawValue: 0x0100)

    /// QR: this message is a response.
    package var isResponse: Bool {
        get { self[0x8000] }
        set { self[0x8000] = newValue }
    }

    package var opcode: Opcode {
        get { Opcode(rawValue: UInt8(truncatingIfNeeded: rawValue >> 11) & 15) }
        set { rawValue = rawValue & ~0x7800 | UInt16(newValue.rawValue & 15) << 11 }
    }

    /// AA: the answer comes from the zone's own server.
    package var isAuthoritative: Bool {
        get { self[0x0400] }
        set { self[0x0400] = newValue }
    }

    /// TC: the message was cut; ask again over a stream.
    package var isTruncated: Bool {
        get { self[0x0200] }
        set { self[0x0200] = newValue }
    }

    /// RD: the client wants recursion.
    package var recursionDesired: Bool {
        get { self[0x0100] }
        set { self[0x0100] = newValue }
    }

    /// RA: the server offers recursion.
    package var recursionAvailable: Bool {
        get { self[0x0080] }
        set { self[0x0080] = newValue }
    }

    /// AD: the data was validated; in a query, the client understands AD (RFC 6840 section 5.7).
    package var authenticData: Bool {
        get { self[0x0020] }
        set { self[0x0020] = newValue }
    }

    /// CD: do not validate on the client's behalf.
    package var checkingDisabled: Bool {
        get { self[0x0010] }
        set { self[0x0010] = newValue }
    }

    /// The low four bits; the OPT record may hold eight more (RFC 6891 section 6.1.3).
    package var responseCode: ResponseCode {
        get { ResponseCode(rawValue: rawValue & 15) }
        set { rawValue = rawValue & ~15 | newValue.rawValue & 15 }
    }

    private subscript(mask: UInt16) -> Bool {
        get { rawValue & mask != 0 }
        set { rawValue = newValue ? rawValue | mask : rawValue & ~mask }
    }
}
