/// One line of a script that says what happens when.
struct ScriptRule: Sendable, Equatable {
    /// Where it stands, from 1, and as it is written there.
    var line: Int
    var text: String
    var connections = ScriptChoice.all
    var moment: Moment
    var action: Action

    enum Moment: Sendable, Equatable {
        /// As soon as a connection is accepted.
        case opening
        /// When nothing has come from the client for so many nanoseconds.
        case idle(UInt64)
        case answer(ScriptChoice, Place)
    }

    /// Where something happens, seen from an answer.
    enum Place: String, Sendable, Equatable, CaseIterable {
        case before
        /// When half of its bytes have been written.
        case within
        case after
        /// Instead of it, or to it.
        case inPlace
    }

    enum Action: Sendable, Equatable {
        case end(Ending)
        /// Bytes at random that are part of no message.
        case noise
        /// From now on one byte leaves in so many nanoseconds.
        case trickle(UInt64)
        /// The answer waits for so many nanoseconds.
        case delay(ClosedRange<UInt64>)
        case ignore
        case send(ScriptedMessage)
        case status(Int)
        case mediaType(String)
        case resetStream
        /// The answer says how long the server keeps an idle connection.
        case keepalive(ScriptedKeepalive)
    }

    /// The end that the server puts to a connection.
    enum Ending: String, Sendable, Equatable, CaseIterable {
        /// GOAWAY where it is HTTP, close_notify, then FIN.
        case close
        /// FIN without close_notify: a truncation to TLS, but what many servers do.
        case cut
        /// RST.
        case reset
        /// GOAWAY; what was asked before is answered, then as `close`. Over TLS alone there is no such thing.
        case goaway
        /// GOAWAY that disowns every request, answered or not, then as `close`.
        case disown
        /// No end at all: nothing is said any more, and the connection stays.
        case stall
    }
}

/// What is sent as a message. Where it must not be believed its addresses are false ones.
enum ScriptedMessage: Sendable, Equatable {
    case wrongIdentifier
    case wrongQuestion
    /// The right answer, and beside it records about names that nobody asked for.
    case foreignRecords
    /// More bytes than it says, up to what a message can have (over HTTPS: beyond).
    case oversized
    case half
    case garbage
    /// The right answer, again.
    case copy
    /// No records, and TC set.
    case truncated
    case serverFailure
    case refused
    case foreign(ForeignMessages)
}
