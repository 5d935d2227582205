import CanonicalJSON

/// Measurements as a table for people and as one JSON document.
enum Report {
    static func table(_ measurements: [Measurement]) -> String {
        let header = ["benchmark", "ns/op", "least", "allocations/op", "instructions/op", "operation"]
        let rows = measurements.map { measurement in
            [
                measurement.name, measurement.nanosecondsPerOperation.rounded(toPlaces: 1),
                measurement.leastNanosecondsPerOperation.rounded(toPlaces: 1),
                measurement.allocationsPerOperation.rounded(toPlaces: 2),
                measurement.instructionsPerOperation?.rounded(toPlaces: 0) ?? "-", measurement.summary,
            ]
        }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].utf8.count }.max() ?? 0 }
        return ([header] + rows).map { line($0, widths) }.joined()
    }

    static func json(_ measurements: [Measurement]) -> String {
        let benchmarks = measurements.map { measurement in
            JSONValue.object(
                JSONObject([
                    ("name", .string(measurement.name)),
                    ("operations", .integer(Int64(measurement.operations))),
                    ("nanoseconds", .double(measurement.nanosecondsPerOperation)),
                    ("nanoseconds-least", .double(measurement.leastNanosecondsPerOperation)),
                    ("allocations", .double(measurement.allocationsPerOperation)),
                    ("instructions", measurement.instructionsPerOperation.map { .double($0) } ?? .null),
                ]))
        }
        let document = JSONObject([("schema", .string("enigm.bench/1")), ("benchmarks", .array(benchmarks))])
        return CanonicalJSONWriter.text(of: .object(document)) + "\n"
    }

    /// The first and the last column to the left, figures to the right.
    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (column, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: widths[column] - cell.utf8.count)
            let isText = column == 0 || column == cells.count - 1
            text += (column > 0 ? "  " : "") + (isText ? cell : padding + cell)
            if isText, column < cells.count - 1 { text += padding }
        }
        return text + "\n"
    }
}

extension Double {
    /// Decimal text with that many digits behind the point.
    func rounded(toPlaces places: Int) -> String {
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int64(self * Double(scale) + 0.5)
        guard places > 0 else { return String(scaled) }
        let fraction = String(scaled % Int64(scale))
        return "\(scaled / Int64(scale))." + String(repeating: "0", count: places - fraction.utf8.count) + fraction
    }
}
