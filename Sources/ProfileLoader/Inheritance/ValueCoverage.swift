internal import NetworkTypes
internal import ProfileModel

/// A set of values, each of which may stand for many. Asked with one value it answers in the time that takes, however
/// many it holds: profiles are compared whole.
protocol ValueCoverage {
    associatedtype Value
    /// Whether everything that `value` stands for is in the set.
    func covers(_ value: Value) -> Bool
}

struct PrefixCoverage: ValueCoverage {
    private let prefixes: Set<IPPrefix>
    private let lengths: Set<Int>

    init(_ values: [Located<IPPrefix>]) {
        prefixes = Set(values.map(\.value))
        lengths = Set(values.map(\.value.length))
    }

    func covers(_ value: IPPrefix) -> Bool {
        lengths.contains {
            $0 <= value.length && prefixes.contains(IPPrefix(containing: value.address, length: $0))
        }
    }
}

struct NameCoverage: ValueCoverage {
    private var exact: Set<Substring> = []
    private var below: Set<Substring> = []

    init(_ values: [Located<NamePattern>]) {
        for value in values {
            switch value.value {
            case .exact(let name): exact.insert(name.text[...])
            case .below(let name): below.insert(name.text[...])
            }
        }
    }

    func covers(_ value: NamePattern) -> Bool {
        switch value {
        case .exact(let name): exact.contains(name.text[...]) || isBelow(name)
        case .below(let name): below.contains(name.text[...]) || isBelow(name)
        }
    }

    private func isBelow(_ name: DomainName) -> Bool {
        name.text.indices.contains { name.text[$0] == "." && below.contains(name.text[$0...].dropFirst()) }
    }
}

/// Ports of both transports as intervals that neither overlap nor touch.
struct PortCoverage: ValueCoverage {
    private var intervals: [TransportProtocol: [ClosedRange<UInt16>]] = [:]

    init(_ values: [Located<PortRange>]) {
        let ranges = values.map(\.value).sorted { ($0.lower, $0.upper) < ($1.lower, $1.upper) }
        for transport in TransportProtocol.allCases {
            intervals[transport] = PortCoverage.merged(ranges.filter { $0.transport == transport })
        }
    }

    private static func merged(_ ranges: [PortRange]) -> [ClosedRange<UInt16>] {
        var merged: [ClosedRange<UInt16>] = []
        for range in ranges {
            if let last = merged.last, Int(range.lower) <= Int(last.upperBound) + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upper)
            } else {
                merged.append(range.lower...range.upper)
            }
        }
        return merged
    }

    func covers(_ value: PortRange) -> Bool {
        candidate(value).map { $0.lowerBound <= value.lower && value.upper <= $0.upperBound } ?? false
    }

    func overlaps(_ value: PortRange) -> Bool { candidate(value).map { $0.lowerBound <= value.upper } ?? false }

    /// The first interval that does not end before the value begins.
    private func candidate(_ value: PortRange) -> ClosedRange<UInt16>? {
        let intervals = intervals[value.transport, default: []]
        var (low, high) = (0, intervals.count)
        while low < high {
            let middle = (low + high) / 2
            if intervals[middle].upperBound < value.lower { low = middle + 1 } else { high = middle }
        }
        return low < intervals.count ? intervals[low] : nil
    }
}

struct ProtocolCoverage: ValueCoverage {
    private let numbers: Set<IPProtocol>

    init(_ values: [Located<IPProtocol>]) { numbers = Set(values.map(\.value)) }

    func covers(_ value: IPProtocol) -> Bool { numbers.contains(value) }
}

struct ICMPCoverage: ValueCoverage {
    private let ipv4: Set<ICMPMessage.Kind>
    private let ipv6: Set<ICMPMessage.Kind>

    init(_ values: [Located<ICMPMessage>]) {
        ipv4 = Set(values.compactMap(\.value.ipv4))
        ipv6 = Set(values.compactMap(\.value.ipv6))
    }

    func covers(_ value: ICMPMessage) -> Bool {
        [(value.ipv4, ipv4), (value.ipv6, ipv6)].allSatisfy { kind, known in kind.map { covers($0, known) } ?? true }
    }

    /// Whether a message may be of both.
    func mayShare(_ value: ICMPMessage) -> Bool {
        [(value.ipv4, ipv4), (value.ipv6, ipv6)].contains { kind, known in
            kind.map { kind in covers(kind, known) || known.contains { $0.isWithin(kind) } } ?? false
        }
    }

    private func covers(_ kind: ICMPMessage.Kind, _ known: Set<ICMPMessage.Kind>) -> Bool {
        known.contains(kind) || known.contains(.init(type: kind.type)) || known.contains(.init(type: nil))
    }
}

extension ICMPMessage.Kind {
    fileprivate func isWithin(_ other: ICMPMessage.Kind) -> Bool {
        other.type == nil || type == other.type && (other.code == nil || code == other.code)
    }
}
