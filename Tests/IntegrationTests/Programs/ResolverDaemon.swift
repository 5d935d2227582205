import Glibc
import TestSupport
import Testing

/// `enigm-resolverd` on a free loopback port with directories of its own, stopped with its owner.
final class ResolverDaemon {
    let port = FreePort.next()
    let scratch = ScratchDirectory()
    let process: ChildProcess

    var client: DNSClient { DNSClient(port: port) }
    var bundlePath: String { scratch.path("bundle") }
    var runtimeDirectory: String { scratch.path("run") }

    convenience init(_ profile: UpstreamProfile) throws {
        try self.init(profile: profile.text)
    }

    /// Compiles `profile`, starts the daemon with it and waits until it answers. `words`: of a command that becomes it.
    init(profile: String, startingBy words: [String] = []) throws {
        try Programs.compile(scratch.write(profile, to: "profile.yaml"), to: scratch.path("bundle"))
        let command = words + [Repository.program("enigm-resolverd")]
        process = ChildProcess(
            command[0],
            command.dropFirst() + [
                "--bundle", scratch.path("bundle"), "--listen", "127.0.0.1:\(port)", "--runtime-dir",
                scratch.path("run"), "--state-dir", scratch.path("state"),
            ])
        try #require(client.isAnswered(), "the daemon does not answer: \(process.standardError)")
    }

    /// Puts another profile's bundle where the daemon looks for it.
    func replaceBundle(with profile: UpstreamProfile) throws {
        try Programs.compile(scratch.write(profile.text, to: "profile.yaml"), to: bundlePath)
    }

    /// Asks for a reload by signal and waits for the line in the log that tells of it.
    func reload() throws {
        let before = process.standardError
        process.signal(SIGHUP)
        try #require(Moment.wait(.seconds(5)) { process.standardError != before }, "a reload leaves no line in the log")
    }

    /// The result of `work`, and how long it took without what this daemon and the test waited for a processor.
    func timed<Result>(_ work: () throws -> Result) rethrows -> (Result, Duration) {
        let (start, before) = (Moment.now, waited)
        let result = try work()
        return (result, start.elapsed - (waited - before))
    }

    private var waited: Duration { ProcessorTime.waited() + ProcessorTime.waited(by: process.identifier) }

    /// Runs `round` until `count` more of them add nothing to what the daemon holds. How many of its buffers are in use
    /// at once is the scheduler's choice, so that any round may be the first to touch some; a leak takes in every one.
    func expectNoGrowth(over count: Int = 2, attempts: Int = 4, _ round: (Int) throws -> Void) throws {
        try round(0)
        var footprints = [process.footprint]
        for attempt in 0..<attempts {
            for number in 1...count { try round(attempt * count + number) }
            let before = footprints[attempt]
            let isStill = Moment.wait(.seconds(2)) { !process.footprint.isGrown(since: before) }
            #expect(process.poll() == nil, "\(process.standardError)")
            if isStill { return }
            footprints.append(process.footprint)
        }
        Issue.record("\(count) rounds always add to it: \(footprints)")
    }

    /// What `enigmctl resolver stats --json` prints.
    func statistics() throws -> ResolverStatistics {
        let result = Programs.enigmctl(["--runtime-dir", runtimeDirectory, "--json", "resolver", "stats"])
        try #require(result.status == .exited(0), "\(result.errors)")
        return try ResolverStatistics(json: result.output)
    }
}
