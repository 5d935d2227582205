internal import ArgumentParser

/// A command that does something, as opposed to one that only groups others. It writes its own results; what it
/// throws is a `Failure`, or an `ExitStatus` when everything has been said.
protocol Verb: ParsableCommand {
    var global: GlobalOptions { get }
}

/// The exit codes of all our programs.
enum ExitStatus: Int32, Error {
    case success = 0
    /// Errors in a profile, a failed test, drift.
    case findings = 1
    case wrongUsage = 2
    /// No permission, no such file, daemon not running.
    case environmentFailed = 3
}

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
