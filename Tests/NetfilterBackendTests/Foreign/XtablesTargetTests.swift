import Testing

@testable import NetfilterBackend

/// Targets as `iptables-nft` puts them into rules.
@Suite struct XtablesTargetTests {
    @Test(
        arguments: [
            ("DNAT", .destination), ("REDIRECT", .destination), ("TPROXY", .destination), ("SNAT", .source),
            ("MASQUERADE", nil), ("CONNMARK", .connectionMark), ("CT", .untracked), ("NFQUEUE", .queue),
            ("TEE", .duplicate),
            ("LOG", nil), ("TCPMSS", nil), ("", nil),
        ] as [(String, PacketEffect?)])
    func eachDoesOneThing(name: String, effect: PacketEffect?) {
        #expect(XtablesTarget.effect(of: name, []) == effect)
    }

    @Test(arguments: [
        (UInt32(0x4000), UInt32(0x4000), PacketEffect.packetMark), (0, 0xFFFF_FFFF, .packetMark),
        (0x1000_0000, 0x1000_0000, nil), (0, 0xF000_0000, nil),
    ])
    func aMarkMayBeOthers(mark: UInt32, mask: UInt32, effect: PacketEffect?) {
        let bytes = [mark, mask].flatMap { number in withUnsafeBytes(of: number) { Array($0) } }
        #expect(XtablesTarget.effect(of: "MARK", bytes) == effect)
    }

    @Test func aMarkThatCannotBeReadCounts() { #expect(XtablesTarget.effect(of: "MARK", [1]) == .packetMark) }
}
