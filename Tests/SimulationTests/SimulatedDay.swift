import NetworkTypes
import ResolverCore
import ResolverTestSupport
import TestSupport

/// A day of a laptop: more is asked at day than at night, servers and networks come and go, the machine is suspended and
/// its clock is set. What happens when follows from the seed.
struct SimulatedDay {
    /// What happens beside questions.
    enum Happening: CaseIterable {
        /// The machine has other addresses: another network, or the same one again.
        case address
        /// Nothing can be reached, and then again, from another network.
        case offline
        /// One upstream cannot be reached for a while.
        case trouble
        /// The clock shows a time at which certificates are not valid, and is set right later.
        case clock
        case suspend
        case stream
        case flush

        /// How many of them a day has.
        fileprivate var perDay: Int {
            switch self {
            case .address: 60
            case .offline: 12
            case .trouble: 150
            case .clock: 8
            case .suspend: 24
            case .stream: 500
            case .flush: 6
            }
        }
    }

    static let hours = 24
    private static let hour = 3_600_000
    /// How much is asked in each hour, in no unit.
    private static let load = [
        4, 2, 1, 1, 1, 2, 8, 30, 60, 90, 100, 100, 80, 90, 100, 100, 90, 80, 70, 90, 100, 80, 40, 12,
    ]

    /// What is to happen, in milliseconds from the start, and for how long where that is known before.
    private(set) var happenings: [(at: Int, what: Happening, lasting: Int)] = []
    /// When somebody asks.
    private(set) var questions: [Int] = []

    init(queries: Int, _ random: inout SplitMix) {
        for what in Happening.allCases {
            for _ in 0..<what.perDay {
                let lasting = what == .suspend ? random.below(random.oneIn(3) ? 4000 : SimulatedDay.hour) : 0
                happenings.append((random.below(SimulatedDay.hours * SimulatedDay.hour), what, lasting))
            }
        }
        happenings.sort { $0.at < $1.at }
        addQuestions(queries, &random)
    }

    /// While the machine sleeps nobody asks.
    private mutating func addQuestions(_ count: Int, _ random: inout SplitMix) {
        let hours = SimulatedDay.load.indices.flatMap { Array(repeating: $0, count: SimulatedDay.load[$0]) }
        let sleeps = self.sleeps
        while questions.count < count {
            let at = hours[random.below(hours.count)] * SimulatedDay.hour + random.below(SimulatedDay.hour)
            if sleeps.contains(where: { $0.contains(at) }) { continue }
            // Pages make programs ask for many names at once.
            let burst = random.oneIn(50) ? 1 + random.below(20) : 1
            questions += Array(repeating: at, count: min(burst, count - questions.count))
        }
        questions.sort()
    }

    /// When the machine sleeps: what was to send it to sleep meanwhile does so when it wakes up.
    private var sleeps: [Range<Int>] {
        var sleeps: [Range<Int>] = []
        for happening in happenings where happening.what == .suspend {
            let start = max(happening.at, sleeps.last?.upperBound ?? 0)
            sleeps.append(start..<start + happening.lasting)
        }
        return sleeps
    }
}

extension SimulatedWorld {
    /// Lives through a day with so many questions.
    mutating func live(queries: Int) throws {
        isFailureJudged = true
        let day = SimulatedDay(queries: queries, &random)
        let start = now
        var happenings = day.happenings[...]
        for question in day.questions {
            while let next = happenings.first, next.at <= question {
                happenings.removeFirst()
                try pass(until: start.advanced(byMilliseconds: UInt64(next.at)))
                try meet(next.what, lasting: next.lasting)
            }
            try pass(until: start.advanced(byMilliseconds: UInt64(question)))
            try ask()
            checkBounds()
        }
        try settle()
    }

    /// All that was begun comes to its end.
    private mutating func settle() throws {
        for _ in 0..<SimulatedWorld.maximumEnds {
            guard let next = ends.map(\.at).min() else { break }
            try pass(until: next)
        }
        try pass(milliseconds: 40_000)
    }

    private static let maximumEnds = 1000

    /// Time goes on, and what was to last until then ends on the way. A sleep may have gone beyond.
    private mutating func pass(until moment: MonotonicInstant) throws {
        while let index = ends.indices.min(by: { ends[$0].at < ends[$1].at }), ends[index].at <= moment {
            let end = ends.remove(at: index)
            try passTime(until: end.at)
            try meet(end)
        }
        try passTime(until: moment)
    }

    private mutating func passTime(until moment: MonotonicInstant) throws {
        guard moment > now else { return }
        try pass(milliseconds: Int(moment.nanoseconds(since: now) / 1_000_000))
    }

    /// Something lasts for so many milliseconds.
    private mutating func end(_ what: SimulatedDay.Happening, upstream: Int = 0, after milliseconds: Int) {
        ends.append(End(at: now.advanced(byMilliseconds: UInt64(milliseconds)), what: what, upstream: upstream))
    }

    private mutating func meet(_ what: SimulatedDay.Happening, lasting: Int) throws {
        switch what {
        case .address: try changeNetwork()
        case .offline:
            network?.set(isOffline: true, now: now)
            try changeNetwork()
            end(.offline, after: 500 + random.below(120_000))
        case .trouble:
            let upstream = random.below(network?.servers.count ?? 1)
            try network?.set(random.oneIn(2) ? .refuses : .lost, of: upstream, resolver, &random, now: now)
            end(.trouble, upstream: upstream, after: 200 + random.below(random.oneIn(5) ? 300_000 : 8000))
        case .clock:
            network?.set(random.oneIn(2) ? .ahead : .behind, now: now)
            end(.clock, after: 1000 + random.below(600_000))
        case .suspend: try sleep(milliseconds: lasting)
        case .stream: closeStream()
        case .flush: _ = resolver.core.flush()
        }
        try takeEffects()
    }

    private mutating func meet(_ end: End) throws {
        switch end.what {
        case .offline:
            network?.set(isOffline: false, now: now)
            try changeNetwork()
        case .trouble: try network?.set(nil, of: end.upstream, resolver, &random, now: now)
        case .clock: network?.set(.right, now: now)
        case .address, .suspend, .stream, .flush: break
        }
        try takeEffects()
    }
}

/// Of this process.
enum ResidentMemory {
    static var kibibytes: Int {
        let pages = TextFile.text(of: "/proc/self/statm").split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * 4
    }
}
