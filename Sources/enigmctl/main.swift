internal import LinuxIO

// Everything is decided in `Program.run`; here the process only ends with its answer.
Program.run(Array(CommandLine.arguments.dropFirst())).exit()
