internal import ArgumentParser

/// `enigmctl policy`: asking and steering a running `enigm-policyd`.
struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Asks and steers the enforcement in the kernel.",
        discussion: """
            EXAMPLES:
              enigmctl policy status
              enigmctl policy plan travel.bundle
              enigmctl policy apply travel.bundle
              enigmctl policy portal open
            """,
        subcommands: [PolicyPlan.self, PolicyApply.self, PolicyStatus.self, PolicyPortal.self])

    @OptionGroup var global: GlobalOptions

    func run() throws { throw MissingVerb(help: Enigmctl.helpMessage(for: PolicyCommand.self)) }
}
