/// Runs a packet through a ruleset as the kernel would: base chains of a hook by priority, jumps, verdict maps,
/// marks and translations. The second of the two meanings that a profile has (the first is the profile's own).
package struct PacketEvaluator: Sendable {
    package let ruleset: Ruleset

    package init(_ ruleset: Ruleset) { self.ruleset = ruleset }

    package struct Outcome: Hashable, Sendable {
        package enum Fate: Hashable, Sendable {
            case accepted
            case dropped
            case rejected(Rejection)
        }

        package var fate: Fate
        /// The packet as it left the last hook: translated and marked.
        package var packet: Packet
        /// The rules that held on the way, in order.
        package var trace: [Step]
    }

    package struct Step: Hashable, Sendable {
        package var table: String
        package var chain: String
        package var rule: Int
    }

    /// What a locally made packet meets: the output hook, then postrouting.
    package func evaluateLeaving(_ packet: Packet) -> Outcome {
        var outcome = Outcome(fate: .accepted, packet: packet, trace: [])
        run(.output, on: &outcome)
        // The output hook sees the first route's device to its end; a packet that was redirected is routed again.
        if outcome.packet.isDestinationLocal, !packet.isDestinationLocal { outcome.packet.outgoingDevice = "lo" }
        if outcome.fate == .accepted { run(.postrouting, on: &outcome) }
        return outcome
    }

    /// What an arriving packet for this host meets.
    package func evaluateArriving(_ packet: Packet) -> Outcome {
        var outcome = Outcome(fate: .accepted, packet: packet, trace: [])
        run(.prerouting, on: &outcome)
        if outcome.fate == .accepted { run(.input, on: &outcome) }
        return outcome
    }

    /// Calls deeper than this end in a drop; the kernel refuses such tables (NFT_JUMP_STACK_SIZE).
    package static let maximumJumpDepth = 16

    private func run(_ point: ChainHook.Point, on outcome: inout Outcome) {
        for (table, chain, hook) in baseChains(point) {
            // NAT chains see only the first packet of a flow; the entry remembers the rest.
            if hook.kind == .nat, !outcome.packet.isFirstOfFlow { continue }
            let result = run(chain, of: table, on: &outcome, depth: 0)
            let verdict = result ?? (hook.policy == .accept ? .accept : .drop)
            if verdict == .drop, outcome.fate == .accepted { outcome.fate = .dropped }
            if outcome.fate != .accepted { return }
        }
    }

    private func baseChains(_ point: ChainHook.Point) -> [(Table, Chain, ChainHook)] {
        ruleset.tables.filter { $0.family != .netdev && !$0.flags.contains(.dormant) }
            .flatMap { table in
                table.chains.compactMap { chain in
                    chain.hook.flatMap { $0.point == point ? (table, chain, $0) : nil }
                }
            }
            .sorted { $0.2.priority < $1.2.priority }
    }

    /// The verdict that ended the chain, or nil when its end was reached.
    private func run(_ chain: Chain, of table: Table, on outcome: inout Outcome, depth: Int) -> Verdict? {
        guard depth < PacketEvaluator.maximumJumpDepth else { return .drop }
        for (index, rule) in chain.rules.enumerated() {
            guard let verdict = apply(rule, of: table, on: &outcome) else { continue }
            outcome.trace.append(Step(table: table.name, chain: chain.name, rule: index))
            switch verdict {
            case .accept, .drop: return verdict
            case .return: return nil
            case .goto(let name):
                return table.chain(name).flatMap { run($0, of: table, on: &outcome, depth: depth + 1) }
            case .jump(let name):
                guard let target = table.chain(name) else { continue }
                if let result = run(target, of: table, on: &outcome, depth: depth + 1) { return result }
            }
        }
        return nil
    }
}
