/// Counts of what a server sent and no one was given.
package struct SkippedAnswers: Equatable, Sendable {
    /// The answer to an attempt that had been abandoned.
    package var late: UInt64 = 0
    /// No attempt has that id: an answer that came twice, or unasked.
    package var unknownIdentifier: UInt64 = 0
    /// The id is that of an attempt, the question is not.
    package var otherQuestion: UInt64 = 0
    /// Shorter than a header, or not an answer at all.
    package var malformed: UInt64 = 0

    package init() {}
}
