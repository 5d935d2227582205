internal import NetworkTypes
internal import ProfileModel

// While the portal is open, its subject reaches every address by the link itself, on some ports, and the link's resolver
// in the place of ours. What is blocked stays blocked.
extension ProfileEvaluator {
    /// Nil where the portal has nothing to do with it.
    func nameResolutionByPortal(_ packet: ProfilePacket, isLocal: Bool) -> ProfileVerdict? {
        guard let resolvers = portalResolvers, let portal = profile.portal,
            subject(of: packet.sender)?.name.value == portal.subject.value
        else { return nil }
        guard !isLocal, !packet.destination.isLoopback else { return ProfileVerdict(.blocked, .portal) }
        let block = [Subject.any, portal.subject.value].lazy.compactMap { rules[$0]?.firstBlock(of: packet) }.first
        if let block { return ProfileVerdict(.blocked, .rule(block.name.value)) }
        return ProfileVerdict(resolvers.contains(packet.destination) ? direct(packet) : .blocked, .portal)
    }

    /// Whether it leaves by the portal, unless something blocks it.
    func isTakenByPortal(_ packet: ProfilePacket) -> Bool {
        guard portalResolvers != nil, let portal = profile.portal,
            subject(of: packet.sender)?.name.value == portal.subject.value,
            case .transport(let transport, _, let port) = packet.content
        else { return false }
        return portal.ports.contains { $0.value.transport == transport && $0.value.contains(port) }
    }
}
