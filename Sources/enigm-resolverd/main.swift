internal import LinuxIO
internal import ResolverRuntime

ResolverDaemon.run(Array(CommandLine.arguments.dropFirst())).exit()
