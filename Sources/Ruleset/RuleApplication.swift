internal import NetworkTypes

extension PacketEvaluator {
    /// Runs one rule; the verdict it gives, or nil to go on with the next rule.
    func apply(_ rule: ChainRule, of table: Table, on outcome: inout Outcome) -> Verdict? {
        for statement in rule.statements {
            switch statement {
            case .match(let match): guard outcome.packet.holds(match, in: table) else { return nil }
            case .verdictMap(let map): if let verdict = outcome.packet.verdict(of: map) { return verdict }
            case .counter, .log, .limit: continue
            case .setMark(let change): outcome.packet.apply(change)
            case .setOriginalZone: continue
            case .redirect(let port): return outcome.packet.redirect(to: port)
            case .masquerade:
                outcome.packet.flow?.status |= Packet.Flow.statusSourceNAT
                return .accept
            case .reject(let rejection):
                outcome.fate = .rejected(rejection)
                return .drop
            case .verdict(let verdict): return verdict
            case .opaque: return nil
            }
        }
        return nil
    }
}

extension Packet {
    var isFirstOfFlow: Bool { flow.map { $0.status & Flow.statusConfirmed == 0 } ?? false }

    fileprivate func holds(_ match: Match, in table: Table) -> Bool {
        guard let values = values(of: match.fields, mask: match.mask) else { return false }
        switch match.operation {
        case .equal(let value): return values[0] == value
        case .notEqual(let value): return values[0] != value
        case .within(let lower, let upper): return values[0] >= lower && values[0] <= upper
        case .outside(let lower, let upper): return values[0] < lower || values[0] > upper
        case .inSet(let name): return table.set(name)?.contains(values) ?? false
        case .notInSet(let name): return !(table.set(name)?.contains(values) ?? false)
        case .anyOf(let elements): return elements.contains { $0.contains(values) }
        case .noneOf(let elements): return !elements.contains { $0.contains(values) }
        }
    }

    fileprivate func verdict(of map: VerdictMap) -> Verdict? {
        guard let values = values(of: map.fields, mask: map.mask) else { return nil }
        return map.entries.first { $0.key.contains(values) }?.verdict
    }

    private func values(of fields: [Field], mask: FieldValue?) -> [FieldValue]? {
        var values: [FieldValue] = []
        for field in fields {
            guard let value = value(of: field) else { return nil }
            values.append(mask.map { value.masked(by: $0) } ?? value)
        }
        return values
    }

    fileprivate mutating func apply(_ change: MarkChange) {
        let source = change.source == .packet ? mark : flow?.mark ?? 0
        let value = source & change.keep | change.bits
        if change.destination == .packet {
            mark = value
        } else {
            flow?.mark = value
        }
    }

    /// In the output hook `redirect` always lands on the loopback address; `oifname` stays the first route's device.
    fileprivate mutating func redirect(to port: UInt16) -> Verdict {
        destination = destination.family == .v4 ? .v4(IPv4Address(127, 0, 0, 1)) : .v6(.loopback)
        isDestinationLocal = true
        flow?.status |= Flow.statusDestinationNAT
        switch transport {
        case .tcp(let source, _, let flags): transport = .tcp(source: source, destination: port, flags: flags)
        case .udp(let source, _): transport = .udp(source: source, destination: port)
        default: break
        }
        return .accept
    }
}

extension NamedSet {
    fileprivate func contains(_ values: [FieldValue]) -> Bool { elements.contains { $0.contains(values) } }
}
