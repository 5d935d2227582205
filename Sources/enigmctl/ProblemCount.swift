internal import CanonicalJSON
internal import ProfileModel

/// How much is wrong.
struct ProblemCount {
    private(set) var errors = 0
    private(set) var warnings = 0

    init() {}

    init(_ diagnostics: [Diagnostic]) { add(diagnostics) }

    mutating func add(_ diagnostics: [Diagnostic]) {
        errors += diagnostics.count { $0.severity == .error }
        warnings += diagnostics.count { $0.severity == .warning }
    }

    /// `2 errors, 1 warning`
    var text: String { "\(count(errors, "error")), \(count(warnings, "warning"))" }
}

/// `1 file`, `2 files`.
func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
}
