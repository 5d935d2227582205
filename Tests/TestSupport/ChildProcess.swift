package import Glibc

/// A process that a test started, in a process group of its own, with its output captured in files.
/// It and whatever it started are killed when the owner of this object lets go of it.
package final class ChildProcess {
    package let identifier: pid_t
    private let scratch = ScratchDirectory()
    private var status: ExitStatus?

    /// `program` is a path, or a name that PATH finds. `environment` is added to the test's own.
    package init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], input: String = "/dev/null"
    ) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, scratch.path("stdout"), O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, scratch.path("stderr"), O_WRONLY | O_CREAT | O_APPEND, 0o644)
        var attributes = ChildProcess.spawnAttributes()
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }

        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = ChildProcess.merged(environment).map { strdup($0) } + [nil]
        defer { for word in words + variables { free(word) } }

        var child: pid_t = 0
        let failure = posix_spawnp(&child, program, &actions, &attributes, &words, &variables)
        precondition(failure == 0, "cannot start \(program): errno \(failure)")
        identifier = child
    }

    deinit {
        kill(-identifier, SIGKILL)
        if status == nil { waitpid(identifier, nil, 0) }
    }

    package var standardOutput: String { TextFile.text(of: scratch.path("stdout")) }
    package var standardError: String { TextFile.text(of: scratch.path("stderr")) }

    package func signal(_ number: Int32) {
        if poll() == nil { kill(identifier, number) }
    }

    /// The exit status, or nil while it runs.
    package func poll() -> ExitStatus? {
        var raw: Int32 = 0
        if status == nil, waitpid(identifier, &raw, WNOHANG) == identifier { status = ExitStatus(status: raw) }
        return status
    }

    /// The exit status, or nil when it is still running after `limit`.
    package func wait(_ limit: Duration = .seconds(20)) -> ExitStatus? {
        _ = Moment.wait(limit) { poll() != nil }
        return status
    }

    /// Whether anything of its process group is left, itself included.
    package var groupIsAlive: Bool { poll() == nil || kill(-identifier, 0) == 0 }

    /// Resident memory in KiB.
    package var residentKiB: Int {
        let lines = TextFile.text(of: "/proc/\(identifier)/status").split(separator: "\n")
        let resident = lines.first { $0.hasPrefix("VmRSS:") }
        return resident.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    package var footprint: ProcessFootprint {
        ProcessFootprint(
            residentKiB: residentKiB, descriptorCount: TextFile.names(in: "/proc/\(identifier)/fd").count)
    }

    private static func spawnAttributes() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGHUP, SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        return attributes
    }

    private static func merged(_ additions: [String: String]) -> [String] {
        var entries: [String] = []
        var cursor = environ
        while let entry = cursor.pointee {
            let text = String(cString: entry)
            if let name = text.split(separator: "=").first, additions[String(name)] == nil { entries.append(text) }
            cursor += 1
        }
        return entries + additions.map { "\($0.key)=\($0.value)" }
    }
}
