internal import Ruleset

/// Targets of xtables inside nft rules, as `iptables-nft` writes them.
enum XtablesTarget {
    /// NFTA_TARGET_NAME and NFTA_TARGET_INFO.
    enum Attribute: UInt32 {
        case name = 1
        case information = 3
    }

    /// What a target does; nil for those that only count, judge, or write what nobody here asks about. `information` is
    /// its own structure.
    static func effect(of name: String, _ information: [UInt8]) -> PacketEffect? {
        switch name {
        case "MARK": writesOurs(information) ? .packetMark : nil
        case "CONNMARK": .connectionMark
        case "CT", "NOTRACK": .untracked
        case "DNAT", "REDIRECT", "TPROXY", "NETMAP": .destination
        case "SNAT": .source
        case "NFQUEUE": .queue
        case "TEE": .duplicate
        case "FLOWOFFLOAD": .offload
        default: nil
        }
    }

    /// struct xt_mark_tginfo2: the mark becomes `(old & ~mask) ^ mark`.
    private static func writesOurs(_ information: [UInt8]) -> Bool {
        guard information.count >= 8 else { return true }
        let (mark, mask) = (UInt32(hostOrder: information[0..<4]), UInt32(hostOrder: information[4..<8]))
        return (mark | mask) & MarkLayout.stamp != 0
    }
}
