internal import ArgumentParser

/// Why the lab cannot go on: one line for a person, and the exit code.
enum LabFailure: Error, CustomStringConvertible {
    /// What the profile's author has to mend: rendered diagnostics.
    case findings(String)
    /// The command line asks for something that makes no sense.
    case usage(String)
    /// The machine does not give what is needed.
    case environment(String)

    var description: String {
        switch self {
        case .findings(let text), .usage(let text), .environment(let text): text
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .findings: ExitCode(1)
        case .usage: ExitCode(2)
        case .environment: ExitCode(3)
        }
    }
}
