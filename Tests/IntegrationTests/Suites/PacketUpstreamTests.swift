import TestSupport
import Testing

/// Every packet as an upstream's answer, over TLS: it does no harm. What a client is told is the truth, or what that
/// upstream said to the very question; a good upstream beside it is heard in time, and nothing grows.
@Suite(.serialized, .enabled(if: Programs.areBuilt, Programs.missing))
struct PacketUpstreamTests {
    private let scratch = ScratchDirectory()
    /// After so long without an answer the resolver asks another upstream (`Attempt.patience`): nobody waits twice.
    private static let attemptPatience = Duration.milliseconds(1_200)
    private static let patience = Duration.milliseconds(100)
    private static let window = 256
    /// Answers that come all at once, when the upstream has closed on many, still fit what a client has room for.
    private static let clientWindow = 64
    /// No more than the first round brings, so that later ones cannot fill it.
    private static let cachedAnswers = 256
    /// What one failure after the other keeps the resolver from an upstream for, at most.
    private static let avoidance = Duration.seconds(8)
    /// Where no packet can pass for an answer many are sent for each query.
    private static let skippedPerQuery = 64

    @Test(arguments: ["raw", "id", "question"])
    func besideAGoodUpstream(disguise: String) throws {
        let count = disguise == "question" ? 1 : Self.skippedPerQuery
        let bad = try LabUpstream.forEveryName(
            ["--line", "answer: send file \(messages()) as \(disguise) times \(count)", "--quiet"], in: scratch)
        let good = try LabUpstream.forEveryName(in: scratch)
        defer { withExtendedLifetime((bad, good)) {} }
        let daemon = try ResolverDaemon(profile: Self.profile(bad, good))
        let rounds = PacketSource.isSoaking ? PacketSource.packets.count / (Self.window * count) + 2 : 2

        var round = 0
        func ask() throws {
            try self.ask(daemon, round: round, mayBeForeign: disguise == "question")
            round += 1
        }
        try daemon.expectNoGrowth(over: rounds) { _ in try ask() }
        // An upstream that failed is avoided for seconds, in which nothing is shown.
        let start = Moment.now
        while try daemon.statistics().upstreams[0].asked < Self.window, start.elapsed < Self.avoidance * 2 {
            try ask()
        }
        let stormy = try daemon.statistics().upstreams[0]
        #expect(stormy.asked >= Self.window, "the bad upstream was asked \(stormy.asked) times only")
        #expect((stormy.answered > 0) == (disguise == "question"), "\(stormy.answered) answers of it were believed")
    }

    /// Each packet is asked its own question, so that all of it may be believed; a right answer follows.
    @Test func believed() throws {
        let upstream = try LabUpstream.forEveryName(
            ["--line", "before answer: send file \(messages()) as id times 1", "--quiet"], in: scratch)
        defer { withExtendedLifetime(upstream) {} }
        let daemon = try ResolverDaemon(upstream.profile)
        let questions = PacketSource.sample(Self.window) { _ in true }.enumerated().map { index, packet in
            Self.ownQuestion(of: packet) ?? Question("good\(index).lab.example")
        }
        try daemon.expectNoGrowth { round in
            let answers = daemon.client.ask(questions, window: Self.clientWindow)
            let unanswered = zip(questions, answers).filter { $1 == nil }
            #expect(unanswered.isEmpty, "\(unanswered.count) of round \(round): \(unanswered.prefix(3))")
            try expectHit(daemon, Question("localhost"))
        }
    }
}

extension PacketUpstreamTests {
    /// A window full of names that nobody has asked for, each of which the good upstream can answer.
    private func ask(_ daemon: ResolverDaemon, round: Int, mayBeForeign: Bool) throws {
        let questions = (0..<Self.window).map { Question("r\(round)n\($0).lab.example").inMixedCase }
        let (answers, elapsed) = daemon.timed { daemon.client.ask(questions, window: Self.window) }
        let wrong = zip(questions, answers).filter { !Self.isRight($1, to: $0, mayBeForeign: mayBeForeign) }
        #expect(wrong.isEmpty, "\(wrong.count) of round \(round): \(wrong.prefix(3))")
        #expect(elapsed < Self.attemptPatience * 2, "round \(round) took \(elapsed)")
        try expectHit(daemon, questions[0])
    }

    private func messages() -> String {
        scratch.write(PacketSource.packets.flatMap(\.framed), to: "messages")
    }

    private static func profile(_ first: LabUpstream, _ second: LabUpstream) -> String {
        func upstream(_ name: String, _ lab: LabUpstream) -> String {
            "\(name): { tls: \(LabUpstream.serverName), addresses: [127.0.0.1], port: \(lab.port), ca: \(lab.authority),"
                + " path: direct }"
        }
        return """
            schema: enigm.network/1
            profile: { name: two-upstreams, version: 1 }
            resolver:
              upstreams:
                \(upstream("first", first))
                \(upstream("second", second))
              selection: ordered
              cache: { entries: \(cachedAnswers) }
            default: { via: direct }

            """
    }

    /// What was answered before is answered at once, whatever the upstreams do.
    private func expectHit(_ daemon: ResolverDaemon, _ question: Question) throws {
        let (answer, elapsed) = daemon.timed { daemon.client.ask(question) }
        #expect(answer != nil && elapsed < Self.patience, "a good query took \(elapsed)")
    }

    /// The address of every name; or, from an upstream that may be believed, something about this name.
    private static func isRight(_ answer: Answer?, to question: Question, mayBeForeign: Bool) -> Bool {
        guard let answer, answer.question == question.bytes else { return false }
        let isTruth = answer.responseCode == 0 && answer.answerSet.map(\.data) == [[198, 51, 100, 30]]
        return isTruth || mayBeForeign && isAbout(answer, question)
    }

    /// Whether all records are of the name asked for, or of one that it is an alias of.
    private static func isAbout(_ answer: Answer, _ question: Question) -> Bool {
        var names: Set = ["\(question.name.lowercased())."]
        let aliases = answer.answerSet.filter { $0.type == RecordKind.cname.rawValue }
        for _ in aliases {
            for alias in aliases where names.contains(alias.owner) {
                names.insert(String(decoding: alias.data, as: UTF8.self))
            }
        }
        return answer.answerSet.allSatisfy { names.contains($0.owner) }
    }

    private static func ownQuestion(of packet: [UInt8]) -> Question? {
        var reader = MessageReader(packet)
        guard packet.count > 12, packet[4..<6] == [0, 1], reader.take(12) != nil, let name = reader.name(),
            let type = reader.integer(2), name.allSatisfy(\.isASCII)
        else { return nil }
        var question = Question(name)
        question.type = UInt16(type)
        return question
    }
}
