import LinuxIO
import NetworkTypes

/// A server that answers; ended when the last reference goes, and by the kernel when this program is killed.
final class RunningServer {
    let name: String
    let endpoint: Endpoint
    /// From its start to its first answer.
    let startNanoseconds: UInt64
    private var process: ChildProcess

    fileprivate init(name: String, endpoint: Endpoint, startNanoseconds: UInt64, process: consuming ChildProcess) {
        self.name = name
        self.endpoint = endpoint
        self.startNanoseconds = startNanoseconds
        self.process = process
    }

    deinit { _ = process.terminate(within: RunningServer.endingMilliseconds) }

    private static let endingMilliseconds = 2_000

    var figures: ProcessFigures { ProcessFigures(identifier: process.identifier) }

    /// Nil when it still runs.
    func exit() -> ChildProcess.Exit? { process.poll() }
}

/// Starts servers, each with a directory of its own below one that is removed in the end.
struct ServerLauncher {
    let machine: Machine
    let programs: Programs
    let scratch: Scratch
    let interruption: Interruption

    /// The slowest peer takes a twentieth of this; a machine may be busy.
    private static let patienceNanoseconds: UInt64 = 20_000_000_000
    private static let firstQuestion = Question("start.bench.example").message

    /// Starts `server` and comes back when it has answered its first question. With `cacheEntries` it is measured for
    /// what it remembers, and has room for so many answers.
    func start(
        _ server: Server, upstream: Upstream, cacheEntries: Int? = nil, isOverHTTPS: Bool = false
    ) throws -> RunningServer {
        guard let program = programs.path(of: server) else { throw BenchFailure("`\(server.program)` is not there") }
        let port = try Ports.free()
        let directory = try scratch.directory(for: server)
        let setup = server.setup(
            Assignment(
                port: port, directory: directory, cacheEntries: cacheEntries ?? Self.defaultCacheEntries,
                upstream: upstream, isAboutCache: cacheEntries != nil, isOverHTTPS: isOverHTTPS,
                programs: programs.directory))
        try prepare(setup)
        var command = setup.launcher + [program] + setup.arguments
        command[0] = try Programs.required(command[0])
        let log = try AppendFile("\(directory)/output", mode: 0o600)
        var request = ChildProcess.Request(command[0], Array(command.dropFirst()))
        request.environment = setup.environment.isEmpty ? nil : Self.inherited + setup.environment
        request.output = .descriptor(log.descriptor.rawValue)
        request.error = .descriptor(log.descriptor.rawValue)
        request.diesWithParent = true
        let start = MonotonicClock.now
        var process = try spawn(request, on: machine.serverProcessors(server.processorCount))
        let endpoint = Ports.loopback(port)
        try awaitAnswer(from: endpoint, &process, since: start, log: "\(directory)/output", of: server)
        return RunningServer(
            name: server.name, endpoint: endpoint, startNanoseconds: MonotonicClock.now.nanoseconds(since: start),
            process: process)
    }

    /// What a device needs.
    private static let defaultCacheEntries = 20_000

    private static let inherited: [(name: String, value: String)] =
        [("PATH", Environment["PATH"] ?? "/usr/bin:/bin:/usr/sbin:/sbin")]

    func spawn(_ request: ChildProcess.Request, on processors: [Int]) throws -> ChildProcess {
        // A process starts with the affinity of who started it.
        try ProcessorAffinity.restrict(to: processors)
        defer { try? ProcessorAffinity.restrict(to: [machine.loadProcessor]) }
        return try ChildProcess(request)
    }

    private func prepare(_ setup: Setup) throws {
        for directory in setup.directories { try Directory.create(directory, mode: 0o700) }
        for file in setup.files { try FileContents.replace(file.path, with: Array(file.text.utf8)) }
        guard let preparation = setup.preparation else { return }
        var request = ChildProcess.Request(preparation[0], Array(preparation.dropFirst()))
        request.output = .null
        request.diesWithParent = true
        var process = try ChildProcess(request)
        guard process.wait() == .code(0) else { throw BenchFailure("`\(preparation.joined(separator: " "))` failed") }
    }

    /// Asks until it answers; a question that comes before the port is open costs nobody anything.
    private func awaitAnswer(
        from endpoint: Endpoint, _ process: inout ChildProcess, since start: MonotonicInstant, log: String,
        of server: Server
    ) throws {
        var probe = try AnswerProbe(endpoint)
        while try !probe.ask(Self.firstQuestion) {
            try interruption.check()
            if let exit = process.poll() {
                throw BenchFailure("\(server.name) ended at once, \(exit.text)\(Self.lastLine(of: log))")
            }
            guard MonotonicClock.now.nanoseconds(since: start) < Self.patienceNanoseconds else {
                throw BenchFailure("\(server.name) did not answer within 20 s\(Self.lastLine(of: log))")
            }
        }
    }

    /// What it said last, as the rest of a message.
    private static func lastLine(of log: String) -> String {
        let text = (try? FileContents.read(log, limitBytes: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
        return text?.split(separator: "\n").last.map { "; it said `\($0)`" } ?? ""
    }
}

extension ChildProcess.Exit {
    /// The rest of a sentence about how something ended.
    var text: String {
        switch self {
        case .code(let code): "with exit code \(code)"
        case .signal(let signal): "by signal \(signal)"
        }
    }
}
