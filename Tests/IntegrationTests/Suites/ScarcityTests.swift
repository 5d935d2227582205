import TestSupport
import Testing

/// What a machine or a network withholds without a word.
@Suite(.serialized, .enabled(if: Programs.areBuilt, Programs.missing))
struct ScarcityTests {
    /// What the resolvers of C libraries wait for an answer.
    private static let clientTimeout = Duration.seconds(5)
    private static let upstreamCount = 40
    /// Enough for what the daemon needs itself, and for half of the upstreams.
    private static let descriptorLimit = 40

    /// One upstream under many names, each with connections of its own.
    @Test func `with fewer descriptors than upstreams the idlest connection makes room`() throws {
        let upstream = try LabUpstream(["--quiet"])
        let zones = (0..<Self.upstreamCount).map { "z\($0).wild.lab.example" }
        let entries = zones.enumerated().map { index, zone in
            "up\(index): { \(Self.place(of: upstream)), zones: [\(zone)] }"
        }
        let daemon = try ResolverDaemon(
            profile: Self.profile(entries),
            startingBy: ["sh", "-c", "ulimit -n \(Self.descriptorLimit) && exec \"$@\"", "sh"])
        for round in 0..<3 {
            let asker = ZoneAsker(
                port: daemon.port, prefix: "r\(round)n", count: 5, duration: .seconds(20), timeout: Self.clientTimeout)
            // More at once than there may be connections would be another matter.
            let replies = stride(from: 0, to: zones.count, by: 10).map { asker.ask(Array(zones[$0..<$0 + 10])) }
            let right = replies.flatMap(\.values).joined().filter {
                $0.answer?.answerSet.map(\.data) == [[198, 51, 100, 30]]
            }
            #expect(right.count == 5 * Self.upstreamCount, "\(right.count) in round \(round)")
        }
        let opened = try #require(upstream.connectionCount())
        #expect(opened > Self.upstreamCount, "\(opened): none had to make room")
        #expect(daemon.process.poll() == nil, "\(daemon.process.standardError)")
    }

    /// Whoever asks what is wrong with a resolver that has no descriptor left is answered, and so is the next one.
    @Test func `with no descriptor left the control socket answers`() throws {
        let upstream = try LabUpstream(["--quiet"])
        let zones = (0..<Self.upstreamCount).map { "z\($0).wild.lab.example" }
        let entries = zones.enumerated().map { index, zone in
            "up\(index): { \(Self.place(of: upstream)), zones: [\(zone)] }"
        }
        let daemon = try ResolverDaemon(
            profile: Self.profile(entries),
            startingBy: ["sh", "-c", "ulimit -n \(Self.descriptorLimit) && exec \"$@\"", "sh"])
        for zone in zones { _ = daemon.client.ask(Question("n.\(zone)")) }
        #expect(daemon.process.footprint.descriptorCount >= Self.descriptorLimit)
        for _ in 0..<5 { #expect(try daemon.statistics().upstreams.count == Self.upstreamCount) }
        // Silent callers hold what there is, and one who asks gets it.
        let silent = (0..<4).compactMap { _ in SilentCaller("\(daemon.runtimeDirectory)/io.enigm.resolver") }
        #expect(silent.count == 4)
        #expect(try daemon.statistics().upstreams.count == Self.upstreamCount)
        withExtendedLifetime(silent) {}
        #expect(daemon.client.ask(Question("again.\(zones[0])"))?.responseCode == 0)
        #expect(daemon.process.footprint.descriptorCount >= Self.descriptorLimit)
    }

    /// Nothing comes back for a SYN, which is how many firewalls forbid a port.
    @Test(arguments: [false, true])
    func `a port that swallows packets costs no client its patience`(hasGoodUpstream: Bool) throws {
        let hole = try #require(PacketHole())
        let good = try LabUpstream()
        defer { withExtendedLifetime((hole, good)) {} }
        var entries = [
            "hole: { tls: \(LabUpstream.serverName), addresses: [127.0.0.1], port: \(hole.port),"
                + " ca: \(good.authority), path: direct }"
        ]
        if hasGoodUpstream { entries.append("good: { \(Self.place(of: good)) }") }
        let daemon = try ResolverDaemon(profile: Self.profile(entries))
        for number in 0..<3 {
            let start = Moment.now
            let answer = daemon.client.ask(Question("n\(number).wild.lab.example"))
            #expect(start.elapsed < Self.clientTimeout)
            #expect(answer?.responseCode == (hasGoodUpstream ? 0 : 2))
            #expect(hasGoodUpstream || answer?.extendedErrors.isEmpty == false)
        }
    }

    private static func place(of upstream: LabUpstream) -> String {
        "tls: \(LabUpstream.serverName), addresses: [127.0.0.1], port: \(upstream.port), ca: \(upstream.authority),"
            + " path: direct"
    }

    private static func profile(_ upstreams: [String]) -> String {
        """
        schema: enigm.network/1
        profile: { name: scarcity, version: 1 }
        resolver:
          upstreams:
            \(upstreams.joined(separator: "\n    "))
          selection: ordered
        default: { via: direct }

        """
    }
}
