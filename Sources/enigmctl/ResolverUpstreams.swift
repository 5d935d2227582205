internal import ArgumentParser
internal import CanonicalJSON
internal import LinuxIO

/// `enigmctl resolver upstreams`: how each upstream is, and the way to it.
struct ResolverUpstreams: Verb {
    static let configuration = CommandConfiguration(
        commandName: "upstreams", abstract: "Shows how each upstream does, and what its last error was.",
        discussion: """
            One line an upstream: its state and since when, the address and the TLS session in use, how it proves who \
            it is, how long answers take, connections open, queries in flight, the limits that were learnt of it, \
            and its last error in words.

            EXAMPLES:
              enigmctl resolver upstreams
              enigmctl resolver upstreams --json --runtime-dir /run/enigm

            EXIT STATUS:
              0 shown, 3 the resolver is not running
            """)

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let report = try ControlClient.resolver(global).call("Upstreams")
        if global.wantsJSON {
            Document.write(report, schema: "enigm.resolver-upstreams/1")
        } else {
            StandardStreams.writeOutput(UpstreamTable(report).text)
        }
    }
}
