import CanonicalJSON

/// Instructions per operation as `benchmarks/instructions` counted them: one object, a number for each benchmark.
struct InstructionCounts {
    private let counts: JSONObject

    init(path: String) throws { counts = try JSONFile.object(at: path) }

    subscript(name: String) -> Double? { counts[name]?.double }
}
