/// A command that ran to its end.
package struct CommandResult {
    package let status: ExitStatus
    package let output: String
    package let errors: String

    package var outputLines: [String] { output.split(separator: "\n").map(String.init) }
    package var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

    /// Runs `program` and waits; a command that does not end within `limit` is killed, and the test fails with it.
    package static func run(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], input: String = "/dev/null",
        limit: Duration = .seconds(60)
    ) -> CommandResult {
        let child = ChildProcess(program, arguments, environment: environment, input: input)
        let status = child.wait(limit) ?? .signalled(9)
        return CommandResult(status: status, output: child.standardOutput, errors: child.standardError)
    }
}
