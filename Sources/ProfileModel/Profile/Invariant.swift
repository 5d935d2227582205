/// A statement that is proved for all packets, or the profile does not compile.
package enum Invariant: Hashable, Sendable {
    /// Nothing but the resolver reaches a name-resolution port or service off the device.
    case noNameResolutionLeak
    case neverLeaves(by: Located<String>, except: [Located<Exception>])

    package enum Exception: Hashable, Sendable {
        case rule(String)
        case path(String)
    }
}

extension Invariant.Exception {
    /// Reads `rule NAME` or `path NAME`.
    package init(written text: String) throws(ValueProblem) {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("rule", 2): self = .rule(words[1])
        case ("path", 2): self = .path(words[1])
        default:
            throw ValueProblem(
                .badExpectation, "`\(text)` does not name an exception", help: "write `rule NAME` or `path NAME`")
        }
    }
}
