internal import ArgumentParser

/// `enigmctl profile`: what is done with a profile before any daemon sees it.
struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Checks, compiles, tests and explains profiles.",
        discussion: """
            EXAMPLES:
              enigmctl profile check travel.yaml
              enigmctl profile compile travel.yaml -o travel.bundle
              enigmctl profile test travel.yaml
              enigmctl profile explain travel.yaml --from browser --to 'tcp 203.0.113.7:443'
              enigmctl profile schema
            """,
        subcommands: [
            ProfileCheck.self, ProfileCompile.self, ProfileTestCommand.self, ProfileExplain.self,
            ProfileSchemaCommand.self,
        ])

    @OptionGroup var global: GlobalOptions

    func run() throws { throw MissingVerb(help: Enigmctl.helpMessage(for: ProfileCommand.self)) }
}
