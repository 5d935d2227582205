import Testing

@testable import NetfilterBackend

/// Targets as `iptables-nft` puts them into rules.
@Suite struct XtablesTargetTests {
    /// Of which only the name is known.
    @Test(
        arguments: [
            ("DNAT", [.destination]), ("REDIRECT", [.destination]), ("TPROXY", [.destination, .packetMark]),
            ("DNPT", [.destination]), ("SNAT", [.source]), ("SNPT", [.source]), ("MASQUERADE", []),
            ("MARK", [.packetMark]), ("HMARK", [.packetMark]), ("mark", [.packetMark]),
            ("CONNMARK", [.connectionMark, .packetMark]), ("CT", [.untracked, .zone]), ("NOTRACK", [.untracked]),
            ("NFQUEUE", [.queue]), ("TEE", [.duplicate]), ("dnat", [.rewriting]), ("LOG", []), ("TCPMSS", []), ("", []),
        ] as [(String, Set<PacketEffect>)])
    func eachDoesWhatItsNameSays(name: String, effects: Set<PacketEffect>) {
        #expect(XtablesTarget(name: name).effects == effects)
    }

    @Test(arguments: [
        (UInt32(0x4000), UInt32(0x4000), true), (0, 0xFFFF_FFFF, true), (0x1000_0000, 0x1000_0000, false),
        (0, 0xF000_0000, false),
    ])
    func aMarkMayBeOthers(mark: UInt32, mask: UInt32, isOurs: Bool) {
        let information = XtablesTargetTests.bytes(mark, mask)
        #expect(XtablesTarget(name: "MARK", information: information).effects == (isOurs ? [.packetMark] : []))
        let tproxy: Set<PacketEffect> = isOurs ? [.destination, .packetMark] : [.destination]
        #expect(XtablesTarget(name: "TPROXY", information: information).effects == tproxy)
    }

    /// Both revisions of the structure; in the second bits can be moved.
    @Test(
        arguments: [
            (1, 0, 0, 0x10, [.connectionMark]), (1, 0, 0, 0, []), (1, 1, 0, 0x10, [.connectionMark]),
            (1, 2, 0, 0x10, [.packetMark]), (2, 0, 0, 0x10, [.connectionMark]), (2, 1, 0, 0, []),
            (2, 1, 8, 0, [.connectionMark]), (2, 2, 0, 0, []), (2, 2, 8, 0, [.packetMark]),
        ] as [(UInt32, UInt8, UInt8, UInt32, Set<PacketEffect>)])
    func aConnectionsMarkIsSavedAndRestored(
        revision: UInt32, mode: UInt8, moved: UInt8, mask: UInt32, effects: Set<PacketEffect>
    ) {
        let masks = XtablesTargetTests.bytes(0x1000_0000, mask, mask)
        let information = masks + (revision < 2 ? [mode] : [0, moved, mode])
        #expect(XtablesTarget(name: "CONNMARK", revision: revision, information: information).effects == effects)
    }

    private static func bytes(_ numbers: UInt32...) -> [UInt8] {
        numbers.flatMap { number in withUnsafeBytes(of: number) { Array($0) } }
    }
}
