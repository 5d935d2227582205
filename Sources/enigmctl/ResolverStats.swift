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
            global.wantsJSON
                ? Document.write(.object(report)) : StandardStreams.writeOutput(StatsTable(report).text)
            return
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
            StandardStreams.writeOutput(StandardStreams.outputIsTerminal ? "\u{1B}[H\u{1B}[J\(text)" : "\(text)\n")
            previous = report
            let now = MonotonicClock.now
            if try loop.wait(until: now.advanced(bySeconds: 1), now: now) > 0 { return }
        }
    }

    /// Two digits behind the point.
    static func milliseconds(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
