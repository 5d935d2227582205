internal import NetworkTypes

/// One packet on its way through the hooks.
struct EvaluationRun {
    private let program: EvaluationProgram
    private(set) var fate = PacketEvaluator.Outcome.Fate.accepted
    private(set) var trace: [(chain: Int, rule: Int)] = []
    var packet: Packet
    /// What the program's fields read from the packet as it is now: most rules ask for the same few.
    private var readings: [Reading]

    private enum Reading {
        case unread
        /// Nil where the field cannot be read.
        case read(UInt128?)
    }

    /// Where `redirect` leads: the loopback addresses for what is made here, else those of the device that it came by.
    private let landing: [IPAddress]

    init(
        _ program: EvaluationProgram, _ packet: Packet,
        landing: [IPAddress] = [.v4(IPv4Address(127, 0, 0, 1)), .v6(.loopback)]
    ) {
        self.program = program
        self.packet = packet
        self.landing = landing
        readings = Array(repeating: .unread, count: program.lookups.fields.count)
    }

    /// Meets the base chains of a hook, until one of them ends the packet.
    mutating func enter(_ point: ChainHook.Point) { enter(program.baseChains(point)) }

    /// Meets the check of the device's wire, which knows nothing of flows.
    mutating func leaveByDevice() {
        guard let device = packet.outgoingDevice else { return }
        let flow = packet.flow
        packet.flow = nil
        enter(program.wireChains(device))
        packet.flow = flow
    }

    private mutating func enter(_ chains: [EvaluationProgram.BaseChain]) {
        forgetReadings()
        for base in chains {
            // NAT chains see only the first packet of a flow; the entry remembers the rest.
            if base.hook.kind == .nat, !packet.isFirstOfFlow { continue }
            let isAccepted = run(base.chain, depth: 0) ?? (base.hook.policy == .accept)
            if !isAccepted, fate == .accepted { fate = .dropped }
            if fate != .accepted { return }
        }
    }

    /// Called whenever the packet has changed.
    private mutating func forgetReadings() {
        for index in readings.indices { readings[index] = .unread }
    }

    private mutating func value(of field: Int) -> UInt128? {
        if case .read(let value) = readings[field] { return value }
        let value = packet.number(of: program.lookups.fields[field])
        readings[field] = .read(value)
        return value
    }

    /// Whether the chain accepts the packet; nil when its end was reached.
    private mutating func run(_ chain: Int, depth: Int) -> Bool? {
        guard depth < PacketEvaluator.maximumJumpDepth else { return false }
        let rules = program.chains[chain].rules
        for rule in rules {
            guard let verdict = apply(program.rules[rule]) else { continue }
            trace.append((chain, rule - rules.lowerBound))
            switch verdict {
            case .accept: return true
            case .drop: return false
            case .return: return nil
            case .goto(let target): return run(target, depth: depth + 1)
            case .jump(let target): if let result = run(target, depth: depth + 1) { return result }
            }
        }
        return nil
    }

    /// Runs one rule; the verdict it gives, or nil to go on with the next rule. Most end with their first statement.
    @inline(__always)
    private mutating func apply(_ rule: Range<Int>) -> EvaluableVerdict? {
        for index in rule {
            switch program.statements[index] {
            case .match(let match): guard holds(program.lookups.matches[match]) else { return nil }
            case .tupleMatch(let tuples, let isMember):
                guard isElement(of: program.lookups.tuples[tuples]) == isMember else { return nil }
            case .map(let map):
                if let verdict = verdict(of: program.lookups.maps[map]) { return verdict }
            case .setMark(let change):
                // Conntrack follows no such packet: there is no mark to read, and the rule ends.
                if change.source == .connection, change.keep != 0, packet.flow == nil { return nil }
                packet.apply(change)
                forgetReadings()
            case .redirect(let port):
                guard let address = landing.first(where: { $0.family == packet.destination.family }) else {
                    return .drop
                }
                packet.redirect(to: address, port)
                forgetReadings()
                return .accept
            case .masquerade:
                packet.flow?.status |= Packet.Flow.statusSourceNAT
                forgetReadings()
                return .accept
            case .reject(let rejection):
                fate = .rejected(rejection)
                return .drop
            case .verdict(let verdict): return verdict
            case .never: return nil
            }
        }
        return nil
    }

    private mutating func holds(_ match: EvaluableMatch) -> Bool {
        guard let value = value(of: Int(match.field)).map({ $0 & match.mask }) else { return false }
        let isInside =
            match.intervals.map { program.lookups.intervals[Int($0)].contains(value) }
            ?? (value >= match.lower && value <= match.upper)
        return isInside != match.isInverted
    }

    /// Nil when one of the fields cannot be read.
    private mutating func isElement(of tuples: EvaluableTuples) -> Bool? {
        var element: [UInt128] = []
        element.reserveCapacity(tuples.fields.count)
        for field in tuples.fields {
            guard let value = value(of: field) else { return nil }
            element.append(value)
        }
        return tuples.elements.contains(element)
    }

    private mutating func verdict(of map: EvaluableMap) -> EvaluableVerdict? {
        value(of: map.field).flatMap { map.keys.index(of: $0 & map.mask) }.map { map.verdicts[$0] }
    }
}

extension Packet {
    fileprivate var isFirstOfFlow: Bool { flow.map { $0.status & Flow.statusConfirmed == 0 } ?? false }

    fileprivate mutating func apply(_ change: MarkChange) {
        let source = change.source == .packet ? mark : flow?.mark ?? 0
        let value = source & change.keep | change.bits
        if change.destination == .packet {
            mark = value
        } else {
            flow?.mark = value
        }
    }

    /// In the output hook `oifname` stays the first route's device.
    fileprivate mutating func redirect(to address: IPAddress, _ port: UInt16) {
        destination = address
        isDestinationLocal = true
        flow?.status |= Flow.statusDestinationNAT
        switch transport {
        case .tcp(let source, _, let flags): transport = .tcp(source: source, destination: port, flags: flags)
        case .udp(let source, _): transport = .udp(source: source, destination: port)
        default: break
        }
    }
}
