/// Why a scenario cannot be run at all. Lines count from 1.
package enum ScenarioError: Error, Equatable, Sendable {
    /// A directive of the format, or of the field, that this runner does not act on.
    case unsupported(String, line: Int)
    case malformed(String, line: Int)
}
