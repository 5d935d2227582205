/// What must become of a test's packet.
package enum Expectation: Hashable, Sendable {
    /// It ends at our resolver.
    case stub
    case reject
    case drop
    case via(String)
    /// It stays on this machine, and is not the resolver's.
    case local
}

extension Expectation {
    /// Reads `via PATH`, `reject`, `drop`, `stub` or `local`.
    package init(written text: String) throws(ValueProblem) {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("stub", 1): self = .stub
        case ("reject", 1): self = .reject
        case ("drop", 1): self = .drop
        case ("via", 2): self = .via(words[1])
        case ("local", 1): self = .local
        default:
            throw ValueProblem(
                .badExpectation, "`\(text)` is not what can become of a packet",
                help: "write `via PATH`, `reject`, `drop`, `stub` (the resolver answers) or `local`")
        }
    }
}

extension Expectation: CustomStringConvertible {
    package var description: String {
        switch self {
        case .stub: "stub"
        case .reject: "reject"
        case .drop: "drop"
        case .via(let path): "via \(path)"
        case .local: "local"
        }
    }
}
