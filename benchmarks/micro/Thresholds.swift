import CanonicalJSON

/// How many allocations and instructions an operation may take: `benchmarks/thresholds/*.json`. Times are not held
/// against anything; they belong to a machine.
struct Thresholds {
    /// Another compiler or libc moves instruction counts a little; a change of ours worth a look moves them more.
    private static let instructionTolerance = 1.05

    private let limits: JSONObject

    init(path: String) throws {
        let document = try JSONFile.object(at: path)
        guard document["schema"]?.string == "enigm.bench-thresholds/1", let limits = document["benchmarks"]?.object
        else { throw BenchmarkError("`\(path)` is no file of thresholds: its schema is `enigm.bench-thresholds/1`") }
        self.limits = limits
    }

    /// One line for each figure above its threshold.
    func findings(in measurements: [Measurement]) -> [String] {
        measurements.flatMap { measurement -> [String] in
            guard let limit = limits[measurement.name]?.object else { return [] }
            return [
                finding(
                    measurement, "allocations", measurement.allocationsPerOperation, limit["allocations"]?.double, 1),
                finding(
                    measurement, "instructions", measurement.instructionsPerOperation,
                    limit["instructions"]?.double, Self.instructionTolerance),
            ].compactMap { $0 }
        }
    }

    private func finding(
        _ measurement: Measurement, _ unit: String, _ figure: Double?, _ limit: Double?, _ tolerance: Double
    ) -> String? {
        guard let figure, let limit, figure > limit * tolerance + 0.005 else { return nil }
        return "\(measurement.name): \(figure.rounded(toPlaces: 2)) \(unit) per operation, and \(limit) are allowed"
    }
}
