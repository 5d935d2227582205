import TestSupport

/// A command that the lab proposes, as a person copies it into a second terminal.
struct LabAttempt {
    let command: String
    /// What the lab says about it.
    let comment: String

    /// Those in what a lab has printed, by the part of them that tells them apart.
    static func all(in output: String) -> [LabAttempt] {
        let lines = output.split(separator: "\n").drop { !$0.hasPrefix("Try in a second terminal") }.dropFirst()
        return lines.compactMap { line in
            let parts = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let command = parts[0].drop { $0 == " " }
            guard !command.isEmpty else { return nil }
            return LabAttempt(command: String(command), comment: parts.count > 1 ? String(parts[1]) : "")
        }
    }
}
