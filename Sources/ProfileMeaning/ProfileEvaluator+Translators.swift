internal import NetworkTypes
internal import ProfileModel

// Addresses that stand for IPv4 ones: a translator on the network takes there what is sent to them.
extension ProfileEvaluator {
    /// What a rule for IPv4 addresses speaks of, too.
    func ipv4Address(of address: IPAddress) -> IPAddress? {
        NAT64.ipv4Address(of: address, under: profile.local.translators).map { .v4($0) }
    }

    /// Where the IPv4 address lies there each network says for itself, and nobody to us.
    func isBehindUntoldTranslator(_ address: IPAddress) -> Bool {
        NAT64.localUse.contains(address) && ipv4Address(of: address) == nil
    }

    /// What a network announces holds for what leaves by it, and can only keep something in.
    func direct(_ packet: ProfilePacket) -> ProfileVerdict.Fate {
        let isUnknown = announcedTranslators.contains { prefix in
            prefix.contains(packet.destination) && !profile.local.translators.contains(prefix)
        }
        let isResolver = packet.sender.user == profile.resolver.user.value && packet.sender.interface == nil
        return isUnknown && !isResolver ? .blocked : .via(Path.direct)
    }
}
