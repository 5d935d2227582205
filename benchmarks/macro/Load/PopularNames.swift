/// What the programs of a device ask for again and again: names by Zipf's law, in the three types that browsers use.
struct PopularNames {
    static let nameCount = 10_000
    private static let drawCount = 1 << 18

    /// The queries in the order of asking.
    let queries: QueryList
    /// Each of them once.
    let distinct: QueryList

    init() {
        var randomness = SplitMix(seed: 1)
        let thresholds = PopularNames.cumulativeWeights()
        var queries = QueryList()
        var distinct = QueryList()
        var seen: Set<Int> = []
        for _ in 0..<PopularNames.drawCount {
            let point = Double.random(in: 0..<thresholds[thresholds.count - 1], using: &randomness)
            let number = PopularNames.firstIndex(above: point, in: thresholds)
            let kind = PopularNames.kind(&randomness)
            let question = Question(InventedName.name(number), kind)
            queries.append(question)
            if seen.insert(number << 8 | Int(kind.rawValue)).inserted { distinct.append(question) }
        }
        self.queries = queries
        self.distinct = distinct
    }

    /// The name of rank k is asked for 1/k times as often as the first.
    private static func cumulativeWeights() -> [Double] {
        var sum = 0.0
        return (1...nameCount).map { rank in
            sum += 1 / Double(rank)
            return sum
        }
    }

    private static func firstIndex(above point: Double, in thresholds: [Double]) -> Int {
        var range = thresholds.startIndex..<thresholds.endIndex
        while range.count > 1 {
            let middle = (range.lowerBound + range.upperBound) / 2
            range = thresholds[middle - 1] > point ? range.lowerBound..<middle : middle..<range.upperBound
        }
        return range.lowerBound
    }

    private static func kind(_ randomness: inout SplitMix) -> Question.Kind {
        switch Int.random(in: 0..<10, using: &randomness) {
        case 0..<7: .a
        case 7..<9: .aaaa
        default: .https
        }
    }
}
