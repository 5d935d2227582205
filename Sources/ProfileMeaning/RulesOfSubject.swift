internal import NetworkTypes
internal import ProfileModel

/// The rules with the same `from`, ready for asking which of them speaks of a packet.
struct RulesOfSubject: Sendable {
    private let rules: [Rule]
    private let blocks: [Entry]
    private let ways: [Entry]

    /// The destinations of one rule without their places in the text.
    fileprivate struct Entry: Sendable {
        let rule: Int
        let addresses: [IPPrefix]
        let ports: [PortRange]
        let isEverything: Bool
    }

    init(_ rules: [Rule]) {
        self.rules = rules
        let entries = rules.indices.map { index in
            Entry(
                rule: index, addresses: rules[index].destinations.addresses.map(\.value),
                ports: rules[index].destinations.ports.map(\.value),
                isEverything: rules[index].destinations == Rule.Destinations())
        }
        blocks = entries.filter { rules[$0.rule].outcome.action == .block }
        ways = entries.filter { rules[$0.rule].outcome.action != .block }
    }

    func firstBlock(of packet: ProfilePacket) -> Rule? { first(blocks, packet) }

    /// The first rule that lets the packet leave by some path.
    func firstWay(of packet: ProfilePacket) -> Rule? { first(ways, packet) }

    /// Whether a rule without destinations blocks.
    var blocksEverything: Bool { blocks.contains(where: \.isEverything) }

    /// The path of a rule without destinations.
    var wayOfEverything: String? {
        guard let entry = ways.first(where: \.isEverything), case .via(let path) = rules[entry.rule].outcome.action
        else { return nil }
        return path.value
    }

    private func first(_ entries: [Entry], _ packet: ProfilePacket) -> Rule? {
        entries.indices.first { entries[$0].includes(packet) }.map { rules[entries[$0].rule] }
    }
}

extension RulesOfSubject.Entry {
    /// Empty lists do not narrow.
    fileprivate func includes(_ packet: ProfilePacket) -> Bool {
        guard addresses.isEmpty || addresses.contains(where: { $0.contains(packet.destination) }) else { return false }
        guard !ports.isEmpty else { return true }
        guard case .transport(let transport, _, let port) = packet.content else { return false }
        return ports.contains { $0.transport == transport && $0.contains(port) }
    }
}
