package import ServiceHost

/// What `enigm-policyd` is told on its command line.
package struct PolicyOptions: Equatable, Sendable {
    package var common: DaemonOptions
    /// Puts the table in force and ends; it stays.
    package var endsAfterApply = false
    /// For tests of what happens where the kernel cannot keep others from a table.
    package var wantsOwnership = true

    package enum Request: Equatable, Sendable {
        case run(PolicyOptions)
        case help
        case version
        /// One line that says what is wrong with the command line.
        case wrongUsage(String)
    }

    /// `arguments` without the program's name.
    package static func read(_ arguments: [String], environment: (String) -> String?) -> Request {
        var endsAfterApply = false
        let request = DaemonOptions.read(arguments, environment: environment) { option, reader throws(WrongUsage) in
            guard option == "--boot" else { return false }
            endsAfterApply = try reader.flag(option)
            return true
        }
        switch request {
        case .run(let common):
            return .run(
                PolicyOptions(
                    common: common, endsAfterApply: endsAfterApply,
                    wantsOwnership: environment("ENIGM_WITHOUT_TABLE_OWNERSHIP") == nil))
        case .help: return .help
        case .version: return .version
        case .wrongUsage(let message): return .wrongUsage(message)
        }
    }
}
