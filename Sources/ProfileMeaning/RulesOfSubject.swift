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
        let protocols: [UInt8]
        let icmp: [ICMPMessage]
        /// The rule no longer holds from then on.
        let until: Timestamp?
        let isEverything: Bool
    }

    init(_ rules: [Rule]) {
        self.rules = rules
        let entries = rules.indices.map { index in
            Entry(rule: index, rules[index])
        }
        blocks = entries.filter { rules[$0.rule].outcome.action == .block }
        ways = entries.filter { rules[$0.rule].outcome.action != .block }
    }

    func firstBlock(of packet: ProfilePacket) -> Rule? { first(blocks, packet) }

    /// The first rule that lets the packet leave by some path.
    func firstWay(of packet: ProfilePacket) -> Rule? { first(ways, packet) }

    /// Whether a rule without destinations blocks.
    var blocksEverything: Bool { blocks.contains(where: \.isEverything) }

    /// The paths of rules without destinations, and until when.
    var waysOfEverything: [(path: String, until: Timestamp?)] {
        ways.filter(\.isEverything).compactMap { entry in
            guard case .via(let path) = rules[entry.rule].outcome.action else { return nil }
            return (path.value, entry.until)
        }
    }

    private func first(_ entries: [Entry], _ packet: ProfilePacket) -> Rule? {
        entries.indices.first { entries[$0].includes(packet) }.map { rules[entries[$0].rule] }
    }
}

extension RulesOfSubject.Entry {
    fileprivate init(rule index: Int, _ rule: Rule) {
        let destinations = rule.destinations
        self.init(
            rule: index, addresses: destinations.addresses.map(\.value), ports: destinations.ports.map(\.value),
            protocols: destinations.protocols.map(\.value.number), icmp: destinations.icmp.map(\.value),
            until: rule.until?.value, isEverything: destinations == Rule.Destinations())
    }

    /// Empty lists do not narrow.
    fileprivate func includes(_ packet: ProfilePacket) -> Bool {
        if let until, packet.moment >= until { return false }
        guard addresses.isEmpty || addresses.contains(where: { $0.contains(packet.destination) }) else { return false }
        guard !ports.isEmpty || !protocols.isEmpty || !icmp.isEmpty else { return true }
        switch packet.content {
        case .transport(let transport, _, let port):
            return ports.contains { $0.transport == transport && $0.contains(port) }
        case .other(let number): return protocols.contains(number)
        case .icmp(let type, let code, _):
            return icmp.contains { $0.kind(packet.destination.family)?.includes(type: type, code: code) ?? false }
        }
    }
}

extension ICMPMessage.Kind {
    fileprivate func includes(type: UInt8, code: UInt8) -> Bool {
        (self.type ?? type) == type && (self.code ?? code) == code
    }
}
