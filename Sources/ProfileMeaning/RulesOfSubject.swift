package import NetworkTypes
internal import ProfileModel

/// The rules with the same `from`, ready for asking which of them speaks of a packet.
struct RulesOfSubject: Sendable {
    private let rules: [Rule]
    private let blocks: [Entry]
    /// Where some have names, strictest path first: their addresses are known at run time only, and one may be that of
    /// several.
    private let ways: [Entry]
    private let namedWays: [Entry]

    /// The destinations of one rule without their places in the text. An object, because each packet is held against many.
    fileprivate final class Entry: Sendable {
        let rule: Int
        let name: String
        let path: String?
        let addresses: [IPPrefix]
        let hasNames: Bool
        let ports: [PortRange]
        let protocols: [UInt8]
        let icmp: [ICMPMessage]
        /// The rule no longer holds from then on.
        let until: Timestamp?
        let isEverything: Bool
        /// Under which an address stands for an IPv4 one.
        let translators: [IPPrefix]

        init(rule index: Int, _ rule: Rule, translators: [IPPrefix]) {
            self.translators = translators
            let destinations = rule.destinations
            self.rule = index
            name = rule.name.value
            path = rule.path
            addresses = destinations.addresses.map(\.value)
            hasNames = !destinations.names.isEmpty
            ports = destinations.ports.map(\.value)
            protocols = destinations.protocols.map(\.value.number)
            icmp = destinations.icmp.map(\.value)
            until = rule.until?.value
            isEverything = destinations == Rule.Destinations()
        }
    }

    /// `paths`: from the strictest on; one that is not there is the last.
    init(_ rules: [Rule], paths: [String], translators: [IPPrefix]) {
        self.rules = rules
        let entries = rules.indices.map { index in
            Entry(rule: index, rules[index], translators: translators)
        }
        blocks = entries.filter { rules[$0.rule].outcome.action == .block }
        let ways = entries.filter { rules[$0.rule].outcome.action != .block }
        namedWays = ways.filter(\.hasNames)
        let strictness = { (entry: Entry) in paths.firstIndex { $0 == entry.path } ?? paths.count }
        self.ways = namedWays.isEmpty ? ways : ways.sorted { (strictness($0), $0.rule) < (strictness($1), $1.rule) }
    }

    /// Names are blocked by the resolver.
    func firstBlock(of packet: ProfilePacket) -> Rule? { first(blocks, packet, [:]) }

    /// The first rule that lets the packet leave by some path. A flow keeps its path where a rule with names is by it:
    /// what the names have answered is forgotten while flows go on.
    func firstWay(of packet: ProfilePacket, _ answered: AnsweredAddresses) -> Rule? {
        if let path = packet.pathOfFlow,
            let kept = namedWays.first(where: { $0.path == path && $0.includesService(of: packet) })
        {
            return rules[kept.rule]
        }
        return first(ways, packet, answered)
    }

    /// Whether a rule without destinations blocks.
    var blocksEverything: Bool { blocks.contains(where: \.isEverything) }

    /// The paths of rules without destinations, and until when.
    var waysOfEverything: [(path: String, until: Timestamp?)] {
        ways.filter(\.isEverything).compactMap { entry in
            guard case .via(let path) = rules[entry.rule].outcome.action else { return nil }
            return (path.value, entry.until)
        }
    }

    private func first(_ entries: [Entry], _ packet: ProfilePacket, _ answered: AnsweredAddresses) -> Rule? {
        entries.indices.first { entries[$0].includes(packet, answered) }.map { rules[entries[$0].rule] }
    }
}

/// By the name of a rule, the addresses that the resolver has answered for its names to those whom the rule is for.
package typealias AnsweredAddresses = [String: Set<IPAddress>]

extension Rule {
    fileprivate var path: String? { if case .via(let path) = outcome.action { path.value } else { nil } }
}

extension RulesOfSubject.Entry {
    fileprivate func includes(_ packet: ProfilePacket, _ answered: AnsweredAddresses) -> Bool {
        guard includesService(of: packet) else { return false }
        if includes(packet.destination, answered) { return true }
        let translated = NAT64.ipv4Address(of: packet.destination, under: translators)
        return translated.map { includes(.v4($0), answered) } ?? false
    }

    /// Without names, an empty list does not narrow.
    private func includes(_ address: IPAddress, _ answered: AnsweredAddresses) -> Bool {
        if hasNames, answered[name]?.contains(address) == true { return true }
        return addresses.isEmpty ? !hasNames : addresses.contains { $0.contains(address) }
    }

    /// Empty lists do not narrow.
    fileprivate func includesService(of packet: ProfilePacket) -> Bool {
        if let until, packet.moment >= until { return false }
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
