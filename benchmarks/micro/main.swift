import ArgumentParser
import LinuxIO

// Exit codes as everywhere in this project: 0 ok, 1 findings, 2 wrong usage, 3 the environment failed.
do {
    let command = try EnigmBench.parse()
    do {
        try command.run()
    } catch let code as ArgumentParser.ExitCode {
        EnigmBench.exit(withError: code)
    } catch {
        StandardStreams.writeError("enigm-bench: \(error)\n")
        EnigmBench.exit(withError: ArgumentParser.ExitCode(3))
    }
} catch {
    let code = EnigmBench.exitCode(for: error)
    let text = EnigmBench.fullMessage(for: error) + "\n"
    if code == .success { StandardStreams.writeOutput(text) } else { StandardStreams.writeError(text) }
    EnigmBench.exit(withError: code == .success ? code : ArgumentParser.ExitCode(2))
}
