internal import ArgumentParser

// Everything is decided in `Program.run`; here the process only ends with its answer.
Enigmctl.exit(withError: ExitCode(Program.run(Array(CommandLine.arguments.dropFirst())).rawValue))
