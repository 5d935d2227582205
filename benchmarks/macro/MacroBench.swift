import ArgumentParser
import CanonicalJSON
import LinuxIO

/// Measures the resolver beside its peers, and beside the least that one thread can do.
struct MacroBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enigm-macrobench",
        abstract: "Measure the resolver beside other resolvers: processor time, throughput, latency, memory, start.",
        discussion: """
            Everything happens on 127.0.0.1. Servers run on the first processor, those who ask and answer them on the \
            second; each repetition measures the reference too, and ratios are taken within a repetition. Peers that \
            are not installed are left out. `make bench` calls this and writes the figures into docs/benchmarks.md.
            """)

    @Option(
        help: ArgumentHelp(
            "Measure only these: \(workloads.map(\.name).joined(separator: ", ")).",
            valueName: "workloads"))
    var only: [String] = []

    @Option(
        help: ArgumentHelp(
            "Compare with these peers only, or `none`: \(Server.peers.map(\.name).joined(separator: ", ")).",
            valueName: "peers"))
    var peers: [String] = []

    @Flag(help: "One short repetition of everything: to see that it works, not what it is.")
    var quick = false

    @Option(help: ArgumentHelp("Where this project's programs are.", valueName: "dir"))
    var programs = ".build/release"

    @Option(help: ArgumentHelp("The program that the references and the upstream are.", valueName: "file"))
    var reference = ".build/bench/enigm-reference"

    @Option(help: ArgumentHelp("Write tables, figures and values there.", valueName: "dir"))
    var output: String?

    private static var workloads: [any Workload] {
        [
            CachedWorkload(), ForwardWorkload(over: .tls), ForwardWorkload(over: .https), MemoryWorkload(),
            StartWorkload(), ScalingWorkload(),
        ]
    }

    func validate() throws {
        let workloads = Self.workloads.map(\.name)
        for name in words(only) where !workloads.contains(name) {
            throw ValidationError("`\(name)` is none of \(workloads.joined(separator: ", "))")
        }
        let known = ["none"] + Server.peers.map(\.name)
        for name in words(peers) where !known.contains(name) {
            throw ValidationError("`\(name)` is none of \(known.joined(separator: ", "))")
        }
    }

    func run() throws {
        let interruption = try Interruption()
        let launcher = ServerLauncher(
            machine: try Machine(), programs: Programs(directory: programs, reference: reference),
            scratch: try Scratch(), interruption: interruption)
        try requireOwnPrograms(launcher.programs)
        try ProcessorAffinity.restrict(to: [launcher.machine.loadProcessor])
        let measuring = Measuring(
            launcher: launcher, upstreams: try UpstreamServers(launcher), plan: quick ? .quick : .full,
            interruption: interruption)
        let servers = chosenServers(launcher.programs, measuring.upstreams.addresses)
        let results = try output.map { try ResultDirectory($0) }
        var failed: [String] = []
        for workload in Self.workloads where only.isEmpty || words(only).contains(workload.name) {
            do {
                let findings = try workload.run(measuring, servers)
                StandardStreams.writeOutput(findings.table.text + "\n")
                try results?.write(findings)
            } catch let error as Interruption.Interrupted {
                throw error
            } catch {
                Progress.say("\(workload.name): \(error)")
                failed.append(workload.name)
            }
        }
        guard failed.isEmpty else { throw BenchFailure("not measured: \(failed.joined(separator: ", "))") }
    }

    /// One argument may hold several words, as a variable of make does.
    private func words(_ arguments: [String]) -> [String] {
        arguments.flatMap { $0.split(separator: " ").map(String.init) }
    }

    private func requireOwnPrograms(_ programs: Programs) throws {
        for server in [Server.own, .batch] where programs.path(of: server) == nil {
            let (path, advice) =
                server == .own
                ? ("\(programs.directory)/\(server.program)", "make build") : (programs.reference, "make bench")
            throw BenchFailure("there is no `\(path)`; run `\(advice)` first")
        }
    }

    private func chosenServers(_ programs: Programs, _ upstream: Upstream) -> [Server] {
        Server.all.filter { server in
            guard server.role == .peer else { return true }
            guard peers.isEmpty || words(peers).contains(server.name) else { return false }
            if let obstacle = obstacle(to: server, programs, upstream) {
                Progress.say("leaving out \(server.name): \(obstacle)")
                return false
            }
            return true
        }
    }

    private func obstacle(to server: Server, _ programs: Programs, _ upstream: Upstream) -> String? {
        if programs.path(of: server) == nil {
            return "it is not installed (apt-get install \(server.package ?? server.program))"
        }
        if server.needsStandardPort, !upstream.hasStandardPort {
            return "its upstream must be at 127.0.0.1:\(Ports.standardTLS), which is taken or needs root"
        }
        if server == .resolved, Environment.userIdentifier != 0 {
            return "it needs root, to hide the machine's own from it"
        }
        return nil
    }
}
