import Glibc
import TestSupport

/// A control group of the test's own, gone with its owner.
final class TestCgroup {
    /// Why none can be made here; nil when one can.
    static let obstacle: String? = {
        guard let root else { return "no unified cgroup hierarchy is mounted" }
        return access(root, W_OK) == 0 ? nil : "the cgroup hierarchy may not be changed here"
    }()

    private static let root: String? = {
        let found = CommandResult.run("findmnt", ["--types", "cgroup2", "--noheadings", "--output", "TARGET"])
        return found.outputLines.first
    }()

    /// Below the hierarchy's root.
    let path = "enigm-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"

    private var directory: String { "\(TestCgroup.root ?? "")/\(path)" }

    init() { precondition(mkdir(directory, 0o755) == 0, "mkdir \(directory): errno \(errno)") }

    deinit { rmdir(directory) }

    /// The words that run another command in here.
    func entering(_ words: [String]) -> [String] {
        ["sh", "-c", "echo $$ > \(directory)/cgroup.procs && exec \"$@\"", "sh"] + words
    }
}
