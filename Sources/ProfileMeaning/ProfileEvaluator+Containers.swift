internal import NetworkTypes
internal import ProfileModel

// What containers send, and this machine forwards: their own rules, and what blocks everybody. `any` and the default
// are for this machine's own processes.
extension ProfileEvaluator {
    func forwarded(_ packet: ProfilePacket, isLocal: Bool) -> ProfileVerdict {
        guard let subject = subject(of: packet.sender) else { return ProfileVerdict(.blocked, .notForwarded) }
        if isPlainNameResolution(packet) {
            return isLinkLocal(packet.destination)
                ? ProfileVerdict(.blocked, .nameResolutionGuard)
                : ProfileVerdict(.stub(view: view(of: packet.sender)), .nameResolutionGuard)
        }
        if isLocal || packet.destination.isLoopback { return arriving(packet) }
        if isOfOneLink(packet.destination) { return ProfileVerdict(.blocked, .containers(subject.name.value)) }
        if isLinkControl(packet) { return ProfileVerdict(.blocked, .essentials) }
        if let verdict = guardVerdict(packet) { return verdict }
        let own = rules[subject.name.value]
        if let block = rules[Subject.any]?.firstBlock(of: packet) ?? own?.firstBlock(of: packet) {
            return ProfileVerdict(.blocked, .rule(block.name.value))
        }
        guard let rule = own?.firstWay(of: packet, answered) else {
            return ProfileVerdict(.blocked, .containers(subject.name.value))
        }
        return packet.beginsConversation ? verdict(rule, packet) : ProfileVerdict(.blocked, .noConversation)
    }

    /// For this machine itself.
    private func arriving(_ packet: ProfilePacket) -> ProfileVerdict {
        switch packet.content {
        case .icmp(let type, _, let hopLimit) where packet.destination.family == .v6:
            return [134, 135, 136, 137].contains(type) && hopLimit == 255 || type == 130
                ? ProfileVerdict(.local, .essentials) : ProfileVerdict(.blocked, .closedToContainers)
        case .transport(let transport, _, let port)
        where profile.local.inbound.contains { $0.value.transport == transport && $0.value.contains(port) }:
            return ProfileVerdict(.local, .inbound)
        default: return ProfileVerdict(.blocked, .closedToContainers)
        }
    }

    /// Link-local and multicast addresses mean something on one link (RFC 4291), and nothing is forwarded there.
    private func isOfOneLink(_ address: IPAddress) -> Bool {
        guard case .v6(let address6) = address else { return false }
        return isLinkLocal(address) || address6.high >> 56 == 0xFF
    }
}
