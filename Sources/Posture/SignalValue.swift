/// How it stands with one thing that a profile promises. Never a bare yes or no: "not seen" is a value of its own.
package enum SignalValue: String, Sendable, CaseIterable {
    /// Seen to be as the bundle says.
    case enforced
    /// In force, and short of what the profile asks for.
    case degraded
    /// Seen not to be so.
    case violated
    /// Nobody could look.
    case unknown
}
