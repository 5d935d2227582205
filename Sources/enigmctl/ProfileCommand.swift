internal import ArgumentParser

/// `enigmctl profile`: what is done with a profile before any daemon sees it.
struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Checks and compiles profiles.",
        discussion: """
            EXAMPLES:
              enigmctl profile check travel.yaml
              enigmctl profile compile travel.yaml -o travel.bundle
            """,
        subcommands: [ProfileCheck.self, ProfileCompile.self])

    @OptionGroup var global: GlobalOptions

    func run() throws { throw MissingVerb(help: Enigmctl.helpMessage(for: ProfileCommand.self)) }
}
