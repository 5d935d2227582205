import Glibc

/// A control group of the test's own, gone with its owner.
package final class TestCgroup: Sendable {
    /// Why none can be made here; nil when one can.
    package static let obstacle: String? = {
        guard let root else { return "no unified cgroup hierarchy is mounted" }
        return access(root, W_OK) == 0 ? nil : "the cgroup hierarchy may not be changed here"
    }()

    private static let root: String? = {
        let found = CommandResult.run("findmnt", ["--types", "cgroup2", "--noheadings", "--output", "TARGET"])
        return found.outputLines.first
    }()

    /// Below the hierarchy's root.
    package let path: String
    /// It goes after what is in it.
    private let parent: TestCgroup?

    private var directory: String { "\(TestCgroup.root ?? "")/\(path)" }

    package init() {
        parent = nil
        path = "enigm-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        create()
    }

    /// In `parent`, or below the root; under a name of its own.
    package init(_ name: String, in parent: TestCgroup? = nil) {
        self.parent = parent
        path = (parent.map { $0.path + "/" } ?? "") + name
        create()
    }

    deinit {
        // Whoever was started meanwhile by another test goes back to where this process is.
        let home = open("\(TestCgroup.home)/cgroup.procs", O_WRONLY | O_CLOEXEC)
        for process in TextFile.text(of: "\(directory)/cgroup.procs").split(separator: "\n") {
            // It may have ended since.
            _ = write(home, String(process), process.utf8.count)
        }
        close(home)
        rmdir(directory)
    }

    /// How far below the root.
    package var level: UInt32 { UInt32(path.split(separator: "/").count) }

    /// What the kernel knows it by.
    package var identifier: UInt64 {
        var status = stat()
        precondition(stat(directory, &status) == 0, "stat \(directory): errno \(errno)")
        return UInt64(status.st_ino)
    }

    /// The words that run another command in here.
    package func entering(_ words: [String]) -> [String] {
        ["sh", "-c", "echo $$ > \(directory)/cgroup.procs && exec \"$@\"", "sh"] + words
    }

    /// Runs `body` while this process is in here: sockets keep the control group that they were made in. One at a time.
    package func perform<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(TestCgroup.lock)
        // Asked for before this process is elsewhere.
        let home = TestCgroup.home
        TextFile.write(Array("\(getpid())".utf8), to: "\(directory)/cgroup.procs")
        defer {
            TextFile.write(Array("\(getpid())".utf8), to: "\(home)/cgroup.procs")
            pthread_mutex_unlock(TestCgroup.lock)
        }
        return body()
    }

    private func create() { precondition(mkdir(directory, 0o755) == 0, "mkdir \(directory): errno \(errno)") }

    nonisolated(unsafe) private static let lock: UnsafeMutablePointer<pthread_mutex_t> = {
        let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        return lock
    }()

    /// Where this process is when no test has moved it.
    private static let home: String = {
        let line = TextFile.text(of: "/proc/self/cgroup").split(separator: "\n").first { $0.hasPrefix("0::") }
        return "\(root ?? "")\(line?.dropFirst(3) ?? "/")"
    }()
}
