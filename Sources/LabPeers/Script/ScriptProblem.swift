/// What is wrong with a script, for its author.
package struct ScriptProblem: Sendable, Equatable, CustomStringConvertible {
    /// From 1.
    package let line: Int
    package let column: Int
    package let message: String

    package var description: String { "\(line):\(column): error: \(message)" }

    /// Why a file that a script names cannot be used.
    package struct Unreadable: Error, Sendable {
        package let reason: String

        package init(reason: String) { self.reason = reason }
    }
}

/// All that is wrong with a script.
package struct ScriptError: Error, Sendable, Equatable, CustomStringConvertible {
    package let problems: [ScriptProblem]

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
