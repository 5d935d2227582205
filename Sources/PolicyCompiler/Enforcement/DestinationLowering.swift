internal import NetworkTypes
internal import Ruleset

/// The destinations of one rule as matches: any of the alternatives is a match.
struct DestinationLowering {
    let addresses: [IPPrefix]
    let ports: [PortRange]

    var alternatives: [[Statement]] {
        let ports = portAlternatives
        return addressAlternatives.flatMap { address in ports.map { address + $0 } }
    }

    private var addressAlternatives: [[Statement]] {
        guard !addresses.isEmpty else { return [[]] }
        return AddressFamily.allCases.compactMap { family in
            let prefixes = addresses.filter { $0.address.family == family }
            return prefixes.isEmpty ? nil : [.family(family), match(family, prefixes)]
        }
    }

    private func match(_ family: AddressFamily, _ prefixes: [IPPrefix]) -> Statement {
        let intervals = AddressIntervals.merging(prefixes)
        // The kernel's tools write a set of one as a comparison.
        if intervals.count == 1, let widest = prefixes.min(by: { $0.length < $1.length }) {
            return match(family, widest)
        }
        return .match(Match(family.destination, .anyOf(intervals)))
    }

    private func match(_ family: AddressFamily, _ prefix: IPPrefix) -> Statement {
        let mask = FieldValue.prefixMask(length: prefix.length, byteCount: family.bitWidth / 8)
        return .match(
            Match(
                family.destination, mask: prefix.length == family.bitWidth ? nil : mask,
                .equal(FieldValue(prefix.address))))
    }

    /// The same ports of both transports are one alternative.
    private var portAlternatives: [[Statement]] {
        guard !ports.isEmpty else { return [[]] }
        let tcp = PortIntervals.merging(ports.filter { $0.transport == .tcp })
        let udp = PortIntervals.merging(ports.filter { $0.transport == .udp })
        if tcp == udp { return [[.tcpOrUDP, match(tcp)]] }
        return [(TransportProtocol.tcp, tcp), (.udp, udp)].filter { !$0.1.isEmpty }.map { transport, intervals in
            [.transport(transport), match(intervals)]
        }
    }

    private func match(_ intervals: [SetElement]) -> Statement {
        guard intervals.count == 1, let only = intervals.first else {
            return .match(Match(.payload(.transportDestinationPort), .anyOf(intervals)))
        }
        return .match(
            Match(
                .payload(.transportDestinationPort),
                only.isInterval ? .within(only.lower[0], only.upper[0]) : .equal(only.lower[0])))
    }
}

/// Prefixes as disjoint intervals, in order: the kernel refuses sets whose intervals overlap.
enum AddressIntervals {
    static func merging(_ prefixes: [IPPrefix]) -> [SetElement] {
        let byStart = prefixes.sorted {
            ($0.address, $0.length) < ($1.address, $1.length)
        }
        var kept: [IPPrefix] = []
        // Two prefixes are disjoint or one holds the other; the holder sorts first.
        for prefix in byStart where kept.last.map({ !$0.contains(prefix.address) }) ?? true { kept.append(prefix) }
        return kept.map { prefix in
            let mask = FieldValue.prefixMask(length: prefix.length, byteCount: prefix.address.family.bitWidth / 8)
            let lower = FieldValue(prefix.address)
            return SetElement(lower, through: lower.filled(outside: mask))
        }
    }
}

/// Port ranges as disjoint intervals, in order, neighbours joined.
enum PortIntervals {
    static func merging(_ ranges: [PortRange]) -> [SetElement] {
        var merged: [(lower: UInt16, upper: UInt16)] = []
        for range in ranges.sorted(by: { ($0.lower, $0.upper) < ($1.lower, $1.upper) }) {
            if let last = merged.last, range.lower <= last.upper || range.lower == last.upper + 1 {
                merged[merged.count - 1].upper = max(last.upper, range.upper)
            } else {
                merged.append((range.lower, range.upper))
            }
        }
        return merged.map { SetElement(FieldValue($0.lower), through: FieldValue($0.upper)) }
    }
}
