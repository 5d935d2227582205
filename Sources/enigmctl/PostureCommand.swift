internal import ArgumentParser

/// `enigmctl posture`: how it stands with what the profile promises.
struct PostureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "posture",
        abstract: "Tells how it stands with what the profile promises.",
        discussion: """
            EXAMPLES:
              enigmctl posture show
              enigmctl posture show --json --evidence evidence.json
            """,
        subcommands: [PostureShow.self])

    @OptionGroup var global: GlobalOptions

    func run() throws { throw MissingVerb(help: Enigmctl.helpMessage(for: PostureCommand.self)) }
}
