package import NetworkTypes

/// Runs a packet through a ruleset as the kernel would: base chains of a hook by priority, jumps, verdict maps,
/// marks and translations. The second of the two meanings that a profile has (the first is the profile's own).
package struct PacketEvaluator: Sendable {
    private let program: EvaluationProgram

    package init(_ ruleset: Ruleset) { program = EvaluationProgram(ruleset) }

    package struct Outcome: Hashable, Sendable {
        package enum Fate: Hashable, Sendable {
            case accepted
            case dropped
            case rejected(Rejection)
        }

        package var fate: Fate
        /// What the mark said before the packet left by a device: which path it was decided for.
        package var path: PathNumber
        /// The packet as it left the last hook: translated and marked.
        package var packet: Packet
        /// The rules that gave a verdict on the way, in order.
        package var trace: [Step]
    }

    /// A rule that gave a verdict; `rule` counts from 0.
    package struct Step: Hashable, Sendable {
        package var table: String
        package var chain: String
        package var rule: Int
    }

    /// What a locally made packet meets: the output hook, then postrouting, then the check of its device's wire. `routes`:
    /// the devices that routing rules for paths lead to; a packet of another path goes by its first route.
    package func evaluateLeaving(_ packet: Packet, routes: [PathNumber: String] = [:]) -> Outcome {
        var run = EvaluationRun(program, packet)
        run.enter(.output)
        // The output hook sees the first route's device to its end; a packet that was redirected or has another mark is
        // routed again.
        let path = run.packet.path
        if run.packet.isDestinationLocal, !packet.isDestinationLocal {
            run.packet.outgoingDevice = "lo"
        } else if let device = routes[path] {
            run.packet.outgoingDevice = device
        }
        if run.fate == .accepted { run.enter(.postrouting) }
        if run.fate == .accepted { run.leaveByDevice() }
        return outcome(of: run, path)
    }

    /// What a frame that a program writes itself meets: the check of that wire alone.
    package func evaluateFrame(_ packet: Packet) -> Outcome {
        var run = EvaluationRun(program, packet)
        run.leaveByDevice()
        return outcome(of: run, .none)
    }

    /// What an arriving packet meets: the prerouting hook, then input when it is for this host, or else forward,
    /// postrouting and the check of the wire. `packet.outgoingDevice` is that of its first route, and `routes` are as above. `landing`: addresses of
    /// the device that it came by, where `redirect` leads; the kernel drops what it has no address for.
    package func evaluateArriving(
        _ packet: Packet, routes: [PathNumber: String] = [:], landing: [IPAddress] = []
    ) -> Outcome {
        var run = EvaluationRun(program, packet, landing: landing)
        run.packet.outgoingDevice = nil
        run.enter(.prerouting)
        guard run.fate == .accepted else { return outcome(of: run, .none) }
        if run.packet.isDestinationLocal {
            run.enter(.input)
            return outcome(of: run, run.packet.path)
        }
        run.packet.outgoingDevice = routes[run.packet.path] ?? packet.outgoingDevice
        run.enter(.forward)
        let path = run.packet.path
        if run.fate == .accepted { run.enter(.postrouting) }
        if run.fate == .accepted { run.leaveByDevice() }
        return outcome(of: run, path)
    }

    /// Calls deeper than this end in a drop; the kernel refuses such tables (NFT_JUMP_STACK_SIZE).
    package static let maximumJumpDepth = 16

    private func outcome(of run: EvaluationRun, _ path: PathNumber) -> Outcome {
        Outcome(
            fate: run.fate, path: path, packet: run.packet,
            trace: run.trace.map { place in
                let chain = program.chains[place.chain]
                return Step(table: chain.table, chain: chain.name, rule: place.rule)
            })
    }
}

extension Packet {
    fileprivate var path: PathNumber { PathNumber(UInt8((mark & MarkLayout.path) >> 24)) }
}
