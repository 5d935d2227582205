import Glibc
import TestSupport
import Testing

/// A process in a network namespace of its own, which holds a loopback device and nothing else: its ports are nobody
/// else's, a capture sees nobody else's packets, and whatever works there works offline.
final class LoopbackNamespace {
    let process: ChildProcess

    private static let unshare = getuid() == 0 ? ["--net"] : ["--map-root-user", "--net"]
    private static let enter = getuid() == 0 ? ["--net"] : ["--preserve-credentials", "--user", "--net"]

    static let isPossible =
        Repository.hasTool("ip")
        && CommandResult.run("unshare", unshare + ["ip", "link", "set", "lo", "up"]).status == .exited(0)
    static let missing: Comment = "no network namespace may be made here, or no `ip`: run `make deps`"

    /// `words` are a program and its arguments; `unshare` and the shell give way to it, so that it is the process.
    init(_ words: [String], environment: [String: String] = [:]) {
        let start = ["sh", "-c", "ip link set lo up && exec \"$@\"", "sh"]
        process = ChildProcess("unshare", Self.unshare + start + words, environment: environment)
    }

    /// The words that run another command in here.
    func entering(_ words: [String]) -> [String] {
        ["nsenter", "--target", "\(process.identifier)"] + Self.enter + words
    }

    func run(_ words: [String]) -> CommandResult {
        let command = entering(words)
        return CommandResult.run(command[0], Array(command.dropFirst()))
    }
}
