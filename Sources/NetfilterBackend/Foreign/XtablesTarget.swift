internal import Ruleset

/// A target of xtables inside an nft rule, as `iptables-nft` and `ebtables-nft` write them.
struct XtablesTarget {
    /// NFTA_TARGET_NAME, NFTA_TARGET_REV and NFTA_TARGET_INFO.
    enum Attribute: UInt32 {
        case name = 1
        case revision = 2
        case information = 3
    }

    let name: String
    var revision: UInt32 = 0
    /// The target's own structure, in the machine's byte order.
    var information: [UInt8] = []

    /// What it does; nothing for those that only count, judge, or write what nobody here asks about. What cannot be read
    /// counts as if it wrote everything.
    var effects: Set<PacketEffect> {
        switch name {
        // struct xt_mark_tginfo2: mark, mask.
        case "MARK": writesOurs(at: [0, 4]) ? [.packetMark] : []
        // A hash may be any number; `mark` is that of ebtables.
        case "HMARK", "mark": [.packetMark]
        case "CONNMARK": connectionMarkEffects
        case "CT": trackingEffects
        case "NOTRACK": [.untracked]
        case "DNAT", "REDIRECT", "NETMAP", "DNPT": [.destination]
        // struct xt_tproxy_target_info: mask, value.
        case "TPROXY": writesOurs(at: [0, 4]) ? [.destination, .packetMark] : [.destination]
        case "SNAT", "SNPT": [.source]
        // Of ebtables: addresses of frames.
        case "dnat", "snat", "redirect": [.rewriting]
        case "NFQUEUE": [.queue]
        case "TEE": [.duplicate]
        case "FLOWOFFLOAD": [.offload]
        default: []
        }
    }

    /// struct xt_connmark_tginfo1 and 2: ctmark, ctmask, nfmask; in the second how far bits are moved before the mode.
    private var connectionMarkEffects: Set<PacketEffect> {
        let mode = revision < 2 ? 12 : 14
        guard information.count > mode else { return [.packetMark, .connectionMark] }
        let isMoved = revision >= 2 && information[13] != 0
        switch information[mode] {
        case 0: return writesOurs(at: [0, 4]) ? [.connectionMark] : []
        case 1: return isMoved || writesOurs(at: [4, 8]) ? [.connectionMark] : []
        default: return isMoved || writesOurs(at: [4, 8]) ? [.packetMark] : []
        }
    }

    /// struct xt_ct_target_info: flags, zone. Helpers and timeouts change neither.
    private var trackingEffects: Set<PacketEffect> {
        guard information.count >= 4 else { return [.untracked, .zone] }
        let flags = UInt32(information[0])
        if flags & 0x1 != 0 { return [.untracked] }
        let hasZone = information[2] != 0 || information[3] != 0 || flags & 0x1C != 0
        return hasZone ? [.zone] : []
    }

    /// Whether any of these numbers has bits of marks that are ours.
    private func writesOurs(at offsets: [Int]) -> Bool {
        offsets.contains { offset in
            guard information.count >= offset + 4 else { return true }
            return UInt32(hostOrder: information[offset..<offset + 4]) & MarkLayout.stamp != 0
        }
    }
}
