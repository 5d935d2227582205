/// One figure of one server, once for each repetition.
struct Series {
    private(set) var values: [Double] = []

    mutating func append(_ value: Double) { values.append(value) }

    private var sorted: [Double] { values.sorted() }

    /// Nil without values; of an even number the lower of the two in the middle, which was measured.
    var median: Double? { values.isEmpty ? nil : sorted[(values.count - 1) / 2] }
    var least: Double? { values.min() }
    var greatest: Double? { values.max() }
}
