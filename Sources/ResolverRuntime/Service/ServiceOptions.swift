package import NetworkTypes

/// What `enigm-resolverd` is told on its command line.
package struct ServiceOptions: Equatable {
    package static let defaultRuntimeDirectory = "/run/enigm"
    package static let defaultStateDirectory = "/var/lib/enigm"

    package var bundlePath: String
    /// Replace the profile's listeners; empty: they do not.
    package var listeners: [Endpoint] = []
    package var runtimeDirectory = ServiceOptions.defaultRuntimeDirectory
    package var stateDirectory = ServiceOptions.defaultStateDirectory
    /// A PEM file with the public key that must have signed the bundle.
    package var trustPath: String?
    package var allowsRollback = false
    /// Looks at the bundle and ends.
    package var checksOnly = false

    package init(bundlePath: String) { self.bundlePath = bundlePath }

    package enum Request: Equatable {
        case run(ServiceOptions)
        case help
        case version
        /// One line that says what is wrong with the command line.
        case wrongUsage(String)
    }

    /// `arguments` without the program's name. Directories that are not given come from the service manager's
    /// RUNTIME_DIRECTORY and STATE_DIRECTORY.
    package static func read(_ arguments: [String], environment: (String) -> String?) -> Request {
        var reader = CommandLineReader(arguments)
        var options = ServiceOptions(bundlePath: "")
        if let directory = firstPath(environment("RUNTIME_DIRECTORY")) { options.runtimeDirectory = directory }
        if let directory = firstPath(environment("STATE_DIRECTORY")) { options.stateDirectory = directory }
        do throws(WrongUsage) {
            while let option = reader.nextOption() {
                if option == "--help" || option == "-h" { return .help }
                if option == "--version" { return .version }
                try options.take(option, &reader)
            }
            if let word = reader.rest.first { throw WrongUsage("unexpected argument `\(word)`") }
            guard !options.bundlePath.isEmpty else { throw WrongUsage("`--bundle FILE` is missing") }
            return .run(options)
        } catch {
            return .wrongUsage(error.message)
        }
    }

    private mutating func take(_ option: String, _ reader: inout CommandLineReader) throws(WrongUsage) {
        switch option {
        case "--bundle": bundlePath = try reader.value(of: option)
        case "--listen": listeners.append(try ServiceOptions.endpoint(reader.value(of: option)))
        case "--runtime-dir": runtimeDirectory = try reader.value(of: option)
        case "--state-dir": stateDirectory = try reader.value(of: option)
        case "--trust": trustPath = try reader.value(of: option)
        case "--allow-rollback": allowsRollback = try reader.flag(option)
        case "--check": checksOnly = try reader.flag(option)
        default: throw WrongUsage("unknown option `\(option)`")
        }
    }

    private static func endpoint(_ text: String) throws(WrongUsage) -> Endpoint {
        guard let endpoint = Endpoint(text) else {
            throw WrongUsage("`--listen \(text)` is no address and port, such as 127.0.0.1:5300 or [::1]:5300")
        }
        return endpoint
    }

    /// A service manager separates several directories by colons.
    private static func firstPath(_ paths: String?) -> String? {
        paths?.split(separator: ":").first.map(String.init)
    }
}
