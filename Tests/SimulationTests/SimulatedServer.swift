import NetworkTypes
import ResolverTestSupport
import TestSupport

/// One server, as it is for the whole of a run. It answers every question that reaches it, unless its habit is another.
struct SimulatedServer {
    /// What a server does with its connections.
    enum Habit: CaseIterable {
        case steady
        /// Closes a connection that was idle for 4 to 30 seconds.
        case closesIdle
        /// Closes after some answers, in order.
        case closesAfterSome
        /// Closes after some answers without reading what is on its way: answers that had left are lost.
        case resets
        /// Says that it takes no more (GOAWAY), answers what it has, and closes.
        case goesAway
        /// Some of its connections fall silent for ever.
        case stalls
        /// Its first address does not answer.
        case hasDeadAddress
        case refuses
        /// Over HTTPS: ends single exchanges (RST_STREAM).
        case resetsStreams
        /// Over HTTPS: says at times that it has no time (status 503).
        case isOverloaded

        var needsHTTP: Bool { self == .resetsStreams || self == .isOverloaded }
    }

    enum Transport: CaseIterable {
        case tls
        case https
    }

    enum Handshake: CaseIterable {
        case version13
        /// TLS 1.3 that wants another group than the one offered: both begin anew, with a ticket too (RFC 8446 section 4.1.4).
        case version13Retried
        case version12

        /// How often both sides wait for each other before a question leaves, TCP not counted.
        func roundTrips(isResumed: Bool) -> Int {
            switch self {
            case .version13: 1
            case .version13Retried: 2
            case .version12: isResumed ? 1 : 2
            }
        }

        /// Whether a ticket is for one use.
        var hasSingleUseTickets: Bool { self != .version12 }
    }

    enum Tickets: CaseIterable {
        case honoured
        /// Given, and not known when they are shown: a full handshake follows.
        case forgotten
        case none
    }

    /// Milliseconds for which a server knows what it gave.
    static let ticketLifetime = 7_200_000
    /// What a server of TLS 1.3 gives at a time.
    static let ticketsPerHandshake = 2

    let habit: Habit
    var transport = Transport.tls
    var handshake = Handshake.version13
    var tickets = Tickets.honoured
    /// Over HTTPS: questions that it deals with at once.
    var streams = 100

    init(_ habit: Habit) {
        self.habit = habit
        if habit.needsHTTP { transport = .https }
    }

    /// Of that habit, and any otherwise.
    init(_ habit: Habit, _ random: inout SplitMix) {
        self.init(habit)
        if !habit.needsHTTP { transport = random.oneIn(2) ? .tls : .https }
        handshake = Handshake.allCases[random.below(Handshake.allCases.count)]
        tickets = random.oneIn(2) ? .honoured : Tickets.allCases[random.below(Tickets.allCases.count)]
        streams = random.oneIn(3) ? 1 + random.below(10) : 100
    }
}

extension SimulatedServer: CustomStringConvertible {
    var description: String { "\(habit) (\(transport), \(handshake), tickets \(tickets), \(streams) streams)" }
}

/// What a server gave for a shorter handshake.
struct SimulatedTicket {
    let serial: UInt64
    /// The network that it was given on.
    let place: Int
    let madeAt: MonotonicInstant
}
