/// The fixed part of an OPT record that we write (RFC 6891 section 6.1.3); version 0.
package struct OPTParameters: Equatable, Sendable {
    /// What fits into one IPv6 datagram on every path (RFC 9715 section 3).
    package static let recommendedPayloadSize: UInt16 = 1232

    /// How many bytes a datagram to us may have.
    package var payloadSize: UInt16
    /// DO.
    package var wantsDNSSEC: Bool
    /// The whole code; its upper eight bits go into the record, the lower four into the header.
    package var responseCode: ResponseCode

    package init(
        payloadSize: UInt16 = recommendedPayloadSize, wantsDNSSEC: Bool = false,
        responseCode: ResponseCode = .noError
    ) {
        self.payloadSize = payloadSize
        self.wantsDNSSEC = wantsDNSSEC
        self.responseCode = responseCode
    }

    /// The four bytes that stand where other records have their TTL.
    var extendedFlags: UInt32 {
        UInt32(responseCode.rawValue >> 4) << 24 | (wantsDNSSEC ? 0x8000 : 0)
    }
}
