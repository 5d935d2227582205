internal import LinuxIO
internal import PolicyRuntime

PolicyDaemon.run(Array(CommandLine.arguments.dropFirst())).exit()
