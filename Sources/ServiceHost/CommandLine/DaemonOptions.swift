/// What every daemon here is told on its command line.
package struct DaemonOptions: Equatable, Sendable {
    package static let defaultRuntimeDirectory = "/run/enigm"
    package static let defaultStateDirectory = "/var/lib/enigm"

    package var bundlePath: String
    package var runtimeDirectory = DaemonOptions.defaultRuntimeDirectory
    package var stateDirectory = DaemonOptions.defaultStateDirectory
    /// A PEM file with the public key that must have signed the bundle.
    package var trustPath: String?
    package var allowsRollback = false
    /// Looks at the bundle and ends.
    package var checksOnly = false

    package init(bundlePath: String) { self.bundlePath = bundlePath }

    package enum Request: Equatable, Sendable {
        case run(DaemonOptions)
        case help
        case version
        /// One line that says what is wrong with the command line.
        case wrongUsage(String)
    }

    /// `arguments` without the program's name. Directories that are not given come from the service manager's
    /// RUNTIME_DIRECTORY and STATE_DIRECTORY. `take` is offered what only one daemon knows, and says whether it does.
    package static func read(
        _ arguments: [String], environment: (String) -> String?,
        take: (String, inout CommandLineReader) throws(WrongUsage) -> Bool
    ) -> Request {
        var reader = CommandLineReader(arguments)
        var options = DaemonOptions(bundlePath: "")
        if let directory = firstPath(environment("RUNTIME_DIRECTORY")) { options.runtimeDirectory = directory }
        if let directory = firstPath(environment("STATE_DIRECTORY")) { options.stateDirectory = directory }
        do throws(WrongUsage) {
            while let option = reader.nextOption() {
                if option == "--help" || option == "-h" { return .help }
                if option == "--version" { return .version }
                if try !options.take(option, &reader), try !take(option, &reader) {
                    throw WrongUsage("unknown option `\(option)`")
                }
            }
            if let word = reader.rest.first { throw WrongUsage("unexpected argument `\(word)`") }
            guard !options.bundlePath.isEmpty else { throw WrongUsage("`--bundle FILE` is missing") }
            return .run(options)
        } catch {
            return .wrongUsage(error.message)
        }
    }

    private mutating func take(_ option: String, _ reader: inout CommandLineReader) throws(WrongUsage) -> Bool {
        switch option {
        case "--bundle": bundlePath = try reader.value(of: option)
        case "--runtime-dir": runtimeDirectory = try reader.value(of: option)
        case "--state-dir": stateDirectory = try reader.value(of: option)
        case "--trust": trustPath = try reader.value(of: option)
        case "--allow-rollback": allowsRollback = try reader.flag(option)
        case "--check": checksOnly = try reader.flag(option)
        default: return false
        }
        return true
    }

    /// A service manager separates several directories by colons.
    private static func firstPath(_ paths: String?) -> String? {
        paths?.split(separator: ":").first.map(String.init)
    }
}
