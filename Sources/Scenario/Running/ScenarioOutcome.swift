/// How a scenario went.
package enum ScenarioOutcome: Equatable, Sendable {
    case passed
    case failed(ScenarioFailure)
}

/// The first step that did not go as it should have.
package struct ScenarioFailure: Equatable, Sendable {
    /// Of the file.
    package let line: Int
    package let step: Int
    package let reason: String
    /// `-` only expected, `+` only got.
    package let difference: [String]
}
