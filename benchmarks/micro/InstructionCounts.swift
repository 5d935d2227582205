import CanonicalJSON
import LinuxIO

/// Instructions per operation as `benchmarks/instructions` counted them: one object, a number for each benchmark.
struct InstructionCounts {
    private let counts: JSONObject

    init(path: String) throws {
        let bytes = try FileContents.read(path, limitBytes: 1 << 20)
        guard let counts = try JSONReader.read(bytes.span, maximumBytes: 1 << 20).object else {
            throw BenchmarkError("`\(path)` holds no counts of `benchmarks/instructions`")
        }
        self.counts = counts
    }

    subscript(name: String) -> Double? { counts[name]?.double }
}
