internal import ArgumentParser
internal import LinuxIO

/// The offline lab: everything that the product talks to, on loopback.
@main struct EnigmLab: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enigm-lab",
        abstract: "An offline lab: an encrypted upstream with a throw-away authority, and the resolver in front of it.",
        subcommands: [UpCommand.self, EnterCommand.self, UpstreamCommand.self])

    /// Exit codes as everywhere: 2 for wrong usage, which ArgumentParser would call 64, and for no verb at all.
    static func main() {
        do {
            var command = try parseAsRoot()
            if command is EnigmLab { throw ValidationError("say what to do: `up`, `enter` or `upstream`") }
            try command.run()
        } catch let failure as LabFailure {
            LabOutput.failure(failure)
            exit(withError: failure.exitCode)
        } catch {
            let code = exitCode(for: error)
            guard code == .validationFailure else { exit(withError: error) }
            StandardStreams.writeError(fullMessage(for: error) + "\n")
            exit(withError: ExitCode(2))
        }
    }
}
