/// How a lab server misbehaves, per connection. The default is a server without faults.
package struct Behaviour: Sendable, Equatable {
    /// The end that the server puts to a connection.
    package enum Ending: String, Sendable, Equatable, CaseIterable {
        /// close_notify, then FIN.
        case polite
        /// FIN without close_notify: a truncation to TLS, but what many servers do.
        case cut
        /// RST.
        case reset
    }

    /// Ends the connection after so many answers.
    package var endsAfterAnswers: Int?
    /// Ends the connection when nothing has come from the client for so long, in nanoseconds.
    package var endsAfterIdle: UInt64?
    /// Ends the connection instead of giving its n-th answer (from 1).
    package var endsBeforeAnswer: Int?
    /// How connections end.
    package var ending = Ending.polite
    /// Holds every answer back for so long, in nanoseconds.
    package var delay: UInt64 = 0
    /// Sends each answer first with a wrong id, then rightly.
    package var sendsWrongIdentifierFirst = false
    /// Sends each answer first with a question that nobody asked, then rightly.
    package var sendsWrongQuestionFirst = false
    /// Sends these before each answer, or in its place.
    package var foreign = ForeignMessages()
    /// Sends each answer twice.
    package var repeatsAnswers = false
    /// Never answers every n-th query of a connection.
    package var ignoresEvery: Int?
    /// Accepts connections and says nothing, not even in the handshake.
    package var isSilent = false

    package init() {}

    package static let wellBehaved = Behaviour()
}
