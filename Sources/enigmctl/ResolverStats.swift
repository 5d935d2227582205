internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO
internal import NetworkTypes

/// `enigmctl resolver stats [--watch]`: what the resolver has counted since it started.
struct ResolverStats: Verb {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Shows what the resolver has counted, and how its upstreams are.",
        discussion: """
            EXAMPLES:
              enigmctl resolver stats --watch
              enigmctl resolver stats --json --runtime-dir /run/enigm

            EXIT STATUS:
              0 shown, 3 the resolver is not running
            """)

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Show it again every second, with what has changed, until Ctrl-C.")
    var watch = false

    func validate() throws {
        if watch, global.wantsJSON { throw ValidationError("`--json` prints one document, `--watch` many") }
    }

    func run() throws {
        guard watch else {
            let report = try ControlClient.resolver(global).call("Stats")
            return global.wantsJSON
                ? Document.write(StatsDocument.json(report)) : StandardStreams.writeOutput(StatsTable(report).text)
        }
        try watchUntilInterrupted()
    }

    private func watchUntilInterrupted() throws {
        let signals = try SignalSource([.interrupt, .terminate])
        var loop = try EventLoop()
        try loop.add(signals.descriptor, token: 0, for: .readable)
        var previous: JSONObject?
        while true {
            let report = try ControlClient.resolver(global).call("Stats")
            let text = StatsTable(report, since: previous).text
            StandardStreams.writeOutput(
                StandardStreams.outputIsTerminal ? ResolverStats.redrawn(text, isFirst: previous == nil) : "\(text)\n")
            previous = report
            let now = MonotonicClock.now
            if try loop.wait(until: now.advanced(bySeconds: 1), now: now) > 0 { return }
        }
    }

    /// Over what stood there before, a line at a time, so that nothing flickers.
    static func redrawn(_ text: String, isFirst: Bool) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\u{1B}[K\n")
        return (isFirst ? "\u{1B}[2J" : "") + "\u{1B}[H\(lines)\u{1B}[J"
    }

    /// Two digits behind the point.
    static func hundredths(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
