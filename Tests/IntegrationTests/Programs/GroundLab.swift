import TestSupport
import Testing

/// A lab that is up with a ground of its own, and who started it.
struct GroundLab {
    /// As its starter calls it.
    let program: String
    private let lab: Lab
    private let user: OrdinaryUser?
    private let attempts: [LabAttempt]

    /// Started by root, unless by a user.
    init(_ user: OrdinaryUser? = nil, options: [String] = []) throws {
        self.user = user
        program = user?.lab ?? Repository.program("enigm-lab")
        let words = [program, "up"] + options
        lab = try Lab(command: user?.starting(words) ?? words)
        attempts = LabAttempt.all(in: lab.namespace.process.standardOutput)
    }

    var process: ChildProcess { lab.namespace.process }

    /// Runs the one command among the proposed ones that holds `part`, as a person would who has copied it.
    func attempt(_ part: String) throws -> CommandResult {
        let fitting = attempts.filter { $0.command.contains(part) }
        try #require(fitting.count == 1, "\(attempts)")
        return act(["sh", "-c", fitting[0].command])
    }

    /// `enigm-lab enter`, where the lab was started.
    func enter(_ words: [String]) -> CommandResult { act([program, "enter"] + words) }

    /// Runs a command as the starter, where the lab was started.
    func act(_ words: [String]) -> CommandResult {
        // By root: nobody else may enter the network that stands for the machine's.
        let command = ["nsenter", "--target", "\(process.identifier)", "--net"] + (user?.acting(words) ?? words)
        return CommandResult.run(command[0], Array(command.dropFirst()))
    }

    /// Everything of the lab that must not outlive it.
    struct Remains {
        let processes: [String]
        let paths: [String]

        var isGone: Bool {
            !paths.contains(where: TextFile.exists) && processes.allSatisfy(Remains.isDead)
        }

        /// A zombie waits for its parent to ask.
        private static func isDead(_ process: String) -> Bool {
            TextFile.text(of: "/proc/\(process)/stat").split(separator: ")").last?.hasPrefix(" Z") ?? true
        }
    }

    var remains: Remains {
        let output = process.standardOutput
        let directory = output.split(separator: "\n").first { $0.hasPrefix("  directory ") }.flatMap {
            $0.split(separator: " ").last.map(String.init)
        }
        let names = TextFile.names(in: "/run/netns").filter { $0.hasPrefix("enigm-lab-\(process.identifier)-") }
        let caretakers = TextFile.names(in: "/proc").filter { name in
            let command = TextFile.text(of: "/proc/\(name)/cmdline")
            return command.contains("enigm-lab-caretaker") && command.contains(directory ?? "none")
        }
        return Remains(
            processes: lab.processes + caretakers,
            paths: [directory].compactMap { $0 } + names.map { "/run/netns/\($0)" })
    }
}
