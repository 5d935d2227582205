internal import ArgumentParser

/// `enigmctl resolver`: asking and steering a running `enigm-resolverd`.
struct ResolverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolver",
        abstract: "Asks and steers the running resolver.",
        discussion: """
            EXAMPLES:
              enigmctl resolver query www.example.org AAAA
              enigmctl resolver stats --watch
              enigmctl resolver upstreams
              enigmctl resolver flush www.example.org
            """,
        subcommands: [ResolverQuery.self, ResolverStats.self, ResolverUpstreams.self, ResolverFlush.self])

    @OptionGroup var global: GlobalOptions

    func run() throws { throw MissingVerb(help: Enigmctl.helpMessage(for: ResolverCommand.self)) }
}
