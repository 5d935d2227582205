internal import ArgumentParser
internal import LinuxIO

/// The whole lab, or the resolver of a real profile, until Ctrl-C.
struct UpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Bring up the lab: an upstream, a compiled profile and the resolver, until Ctrl-C.",
        discussion: """
            Without --profile it makes a throw-away certificate authority, serves the zone lab.example over TLS on \
            loopback and runs the resolver of policy-profiles/lab.yaml in front of it. With --profile it runs the \
            resolver of that profile and serves nothing itself.
            """)

    @Option(help: ArgumentHelp("Run the resolver of this profile.", valueName: "file"))
    var profile: String?

    @Option(help: ArgumentHelp("Where the resolver listens, on 127.0.0.1 and ::1.", valueName: "port"))
    var resolverPort: UInt16 = 5300

    @Option(
        help: ArgumentHelp("Where the embedded upstream listens, instead of the profile's port.", valueName: "port"))
    var upstreamPort: UInt16?

    @Option(help: ArgumentHelp("Keep sockets, bundle and authority there.", valueName: "dir"))
    var runtimeDir: String?

    func validate() throws {
        guard resolverPort > 0, upstreamPort != 0 else { throw ValidationError("ports are 1 to 65535") }
        guard profile == nil || upstreamPort == nil else {
            throw ValidationError("--upstream-port is for the embedded upstream; --profile has none")
        }
    }

    func run() throws {
        // First of all: the threads and children that follow must not take the signals.
        let signals = try LabSignals()
        let programs = try LabPrograms.located()
        let listeners = try ResolverListeners.available(port: resolverPort)
        var lab = try Lab(in: LabDirectory(runtimeDir), programs: programs, listeners: listeners)
        do {
            if let profile {
                try lab.prepare(profile: profile)
            } else {
                try lab.prepareEmbeddedUpstream(port: upstreamPort)
            }
            try lab.run(until: signals)
        } catch {
            lab.tearDown()
            throw error
        }
        lab.tearDown()
        LabOutput.progress("everything is taken down")
    }
}
