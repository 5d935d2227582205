internal import ArgumentParser
internal import LinuxIO
internal import ServiceHost

/// `enigmctl audit`: what was done to the policy, and whether the record of it is whole.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Shows and checks the enforcer's audit log.",
        discussion: """
            EXAMPLES:
              enigmctl audit show --last 20
              enigmctl audit verify
            """,
        subcommands: [AuditShow.self, AuditVerify.self])

    @OptionGroup var global: GlobalOptions

    func run() throws { throw MissingVerb(help: Enigmctl.helpMessage(for: AuditCommand.self)) }
}

/// Where the log is.
struct AuditOptions: ParsableArguments {
    @Option(
        name: .customLong("state-dir"),
        help: ArgumentHelp(
            "Where the enforcer keeps its log (default: $STATE_DIRECTORY, else /var/lib/enigm).", valueName: "dir"))
    var writtenStateDirectory: String?

    func chain() throws(Failure) -> AuditChain {
        let directory =
            writtenStateDirectory ?? Environment["STATE_DIRECTORY"] ?? DaemonOptions.defaultStateDirectory
        let files: [AuditChain.File]
        do {
            files = try AuditFiles(stateDirectory: directory).all()
        } catch {
            throw .environment("cannot read the audit log: \(error)")
        }
        guard !files.isEmpty else {
            throw .environment(
                "there is no audit log in `\(directory)`; name the enforcer's directory with --state-dir, and read it "
                    + "as root or as the enforcer's user")
        }
        return AuditChain(files)
    }
}
