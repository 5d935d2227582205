internal import ArgumentParser

/// The root command. Verbs live in files of their own.
struct Enigmctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enigmctl",
        abstract: "Checks and compiles profiles, and asks the running daemons.",
        discussion: """
            EXAMPLES:
              enigmctl profile check travel.yaml
              enigmctl profile compile travel.yaml -o travel.bundle
              enigmctl resolver query www.example.org AAAA
              enigmctl posture show

            EXIT STATUS:
              0 yes, 1 findings, 2 wrong usage, 3 the environment failed
            """,
        subcommands: [
            ProfileCommand.self, PolicyCommand.self, ResolverCommand.self, PostureCommand.self, AuditCommand.self,
        ])

    @OptionGroup var global: GlobalOptions

    func run() throws { throw MissingVerb(help: Enigmctl.helpMessage()) }
}
