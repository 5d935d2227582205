internal import ArgumentParser
internal import LinuxIO

/// A command that does something, as opposed to one that only groups others. It writes its own results; what it
/// throws is a `Failure`, or an `ExitStatus` when everything has been said.
protocol Verb: ParsableCommand {
    var global: GlobalOptions { get }
}

/// Thrown when everything has been said.
typealias ExitStatus = LinuxIO.ExitCode

extension LinuxIO.ExitCode: Error {}

/// Why a verb could not do its work, in one line for a person.
struct Failure: Error {
    let status: ExitStatus
    let message: String

    /// The world is not as it must be.
    static func environment(_ message: String) -> Failure { Failure(status: .environmentFailed, message: message) }

    static func usage(_ message: String) -> Failure { Failure(status: .wrongUsage, message: message) }
}

/// A group was called without a verb.
struct MissingVerb: Error {
    let help: String
}
