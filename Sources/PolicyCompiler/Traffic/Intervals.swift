/// A set of numbers as disjoint intervals in order, neighbours joined.
struct Intervals: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<UInt128>]

    static let none = Intervals([])

    init(_ ranges: [ClosedRange<UInt128>]) {
        self.ranges = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = self.ranges.last,
                range.lowerBound <= last.upperBound || range.lowerBound == last.upperBound + 1
            {
                self.ranges[self.ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                self.ranges.append(range)
            }
        }
    }

    var isEmpty: Bool { ranges.isEmpty }

    var first: UInt128? { ranges.first?.lowerBound }

    func contains(_ value: UInt128) -> Bool { ranges.contains { $0.contains(value) } }

    func intersects(_ other: Intervals) -> Bool { firstIntersection(with: other) != nil }

    func intersection(_ other: Intervals) -> Intervals {
        var found: [ClosedRange<UInt128>] = []
        visitIntersections(with: other) {
            found.append($0)
            return true
        }
        return Intervals(found)
    }

    func subtracting(_ other: Intervals) -> Intervals {
        var left: [ClosedRange<UInt128>] = []
        for range in ranges {
            var rest: ClosedRange<UInt128>? = range
            for hole in other.ranges where rest.map(hole.overlaps) ?? false {
                guard let whole = rest else { break }
                if hole.lowerBound > whole.lowerBound { left.append(whole.lowerBound...(hole.lowerBound - 1)) }
                rest = hole.upperBound < whole.upperBound ? (hole.upperBound + 1)...whole.upperBound : nil
            }
            if let rest { left.append(rest) }
        }
        return Intervals(left)
    }

    private func firstIntersection(with other: Intervals) -> ClosedRange<UInt128>? {
        var first: ClosedRange<UInt128>?
        visitIntersections(with: other) {
            first = $0
            return false
        }
        return first
    }

    /// Walks both at once; `visit` says whether to go on.
    private func visitIntersections(with other: Intervals, _ visit: (ClosedRange<UInt128>) -> Bool) {
        var (mine, theirs) = (0, 0)
        while mine < ranges.count, theirs < other.ranges.count {
            let (left, right) = (ranges[mine], other.ranges[theirs])
            if left.overlaps(right), !visit(left.clamped(to: right)) { return }
            if left.upperBound < right.upperBound { mine += 1 } else { theirs += 1 }
        }
    }
}
