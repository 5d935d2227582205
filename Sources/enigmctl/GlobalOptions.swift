internal import ArgumentParser
internal import LinuxIO

/// What every verb takes, before or after the verb: the root and each verb hold this group, and the parser shares
/// its values between them.
struct GlobalOptions: ParsableArguments {
    /// Where the daemons keep their sockets unless told otherwise.
    static let defaultRuntimeDirectory = "/run/enigm"

    @Flag(name: .customLong("json"), help: "Print one JSON document on standard output, and nothing else.")
    var wantsJSON = false

    @Option(
        name: .customLong("runtime-dir"),
        help: ArgumentHelp(
            "Where the daemons keep their sockets (default: $RUNTIME_DIRECTORY, else /run/enigm).", valueName: "dir"))
    var writtenRuntimeDirectory: String?

    var runtimeDirectory: String {
        writtenRuntimeDirectory ?? Environment["RUNTIME_DIRECTORY"] ?? GlobalOptions.defaultRuntimeDirectory
    }
}
