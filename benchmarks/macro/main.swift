import ArgumentParser
import LinuxIO

// Exit codes as everywhere in this project: 0 ok, 1 findings, 2 wrong usage, 3 the environment failed.
do {
    let command = try MacroBench.parse()
    do {
        try command.run()
    } catch is Interruption.Interrupted {
        MacroBench.exit(withError: ArgumentParser.ExitCode(3))
    } catch {
        StandardStreams.writeError("enigm-macrobench: \(error)\n")
        MacroBench.exit(withError: ArgumentParser.ExitCode(3))
    }
} catch {
    let code = MacroBench.exitCode(for: error)
    let text = MacroBench.fullMessage(for: error) + "\n"
    if code == .success { StandardStreams.writeOutput(text) } else { StandardStreams.writeError(text) }
    MacroBench.exit(withError: code == .success ? code : ArgumentParser.ExitCode(2))
}
