internal import ArgumentParser
internal import LinuxIO

/// The whole lab, or the resolver of a real profile, until Ctrl-C.
struct UpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Bring up the lab: an upstream, a compiled profile and the resolver, until Ctrl-C.",
        discussion: """
            Without --profile it makes a throw-away certificate authority, serves the zone lab.example over TLS and \
            enforces policy-profiles/lab.yaml in a device of its own: a network namespace whose only way out is a \
            cable to another one, the outside, where the upstream is. `enigm-lab enter` runs commands there. As root \
            these namespaces have names; other users need user namespaces. Where there are none, the resolver runs \
            alone.

            With --profile it runs the resolver of that profile and neither serves nor enforces anything.
            """)

    @Option(help: ArgumentHelp("Run the resolver of this profile.", valueName: "file"))
    var profile: String?

    @Option(help: ArgumentHelp("Where the resolver listens, on 127.0.0.1 and ::1.", valueName: "port"))
    var resolverPort = LabDirectory.defaultPort

    @Option(
        help: ArgumentHelp("Where the embedded upstream listens, instead of the profile's port.", valueName: "port"))
    var upstreamPort: UInt16?

    @Option(help: ArgumentHelp("Keep sockets, bundle and authority there.", valueName: "dir"))
    var runtimeDir: String?

    @Flag(help: "Leave the enforcement out: the resolver and its upstream, on loopback.")
    var resolverOnly = false

    @Flag(help: "Let other programs change the table, as kernels before 6.9 do: then its repair can be seen.")
    var openTable = false

    func validate() throws {
        guard resolverPort > 0, upstreamPort != 0 else { throw ValidationError("ports are 1 to 65535") }
        guard profile == nil || upstreamPort == nil else {
            throw ValidationError("--upstream-port is for the embedded upstream; --profile has none")
        }
        guard !openTable || profile == nil && !resolverOnly else {
            throw ValidationError("--open-table is for the enforcement of the lab's own profile")
        }
    }

    func run() throws {
        // First of all: the threads and children that follow must not take the signals.
        let signals = try LabSignals()
        let programs = try LabPrograms.located()
        let listeners = try ResolverListeners(port: resolverPort)
        var lab = try Lab(
            in: LabDirectory(runtimeDir, port: resolverPort), programs: programs, listeners: listeners,
            isNamedByPort: runtimeDir == nil)
        do {
            if let profile {
                try lab.prepare(profile: profile)
            } else {
                try lab.prepareOwn(port: upstreamPort, wantsGround: !resolverOnly, leavesTableOpen: openTable)
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
