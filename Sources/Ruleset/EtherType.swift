/// What a frame carries (IEEE 802; the numbers are IANA's).
package enum EtherType {
    package static let ipv4: UInt16 = 0x0800
    package static let ipv6: UInt16 = 0x86DD
    package static let arp: UInt16 = 0x0806
    /// EAPOL (IEEE 802.1X): without it nobody is let into a protected network.
    package static let authentication: UInt16 = 0x888E
    /// Authentication before one roams to another access point (IEEE 802.11, 802.1X).
    package static let preAuthentication: UInt16 = 0x88C7
}
