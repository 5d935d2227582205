internal import ArgumentParser
internal import LinuxIO

/// Runs a command on the ground of a lab that is up.
struct EnterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enter",
        abstract: "Run a command in the device of a lab that is up, or in its outside.",
        discussion: """
            Finds the lab by the port of its resolver, or by its directory. The command runs as root of the lab's \
            ground, which for an ordinary user means nothing outside of it, and `enigmctl` finds the lab's daemons. \
            Without a command it is a shell.
            """)

    @Option(help: ArgumentHelp("The lab whose resolver is on this port.", valueName: "port"))
    var resolverPort = LabDirectory.defaultPort

    @Option(help: ArgumentHelp("The lab that keeps its files there.", valueName: "dir"))
    var runtimeDir: String?

    @Flag(help: "The other side of the cable, where nothing is enforced.")
    var outside = false

    @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("What to run.", valueName: "command"))
    var command: [String] = []

    func run() throws {
        let directory = try runtimeDir.map(EnterCommand.absolute) ?? EnterCommand.directory(port: resolverPort)
        let network = "\(directory)/\(outside ? LabNames.outside : LabNames.device)"
        guard FileContents.exists(network) else {
            throw LabFailure.environment("no lab with a ground of its own is up in `\(directory)`")
        }
        do throws(SystemError) {
            let user = "\(directory)/\(LabNames.user)"
            if FileContents.exists(user) { try NamespaceHandle(user).enter() }
            try NamespaceHandle(network).enter()
        } catch {
            throw LabFailure.environment("\(error)")
        }
        Environment.set("RUNTIME_DIRECTORY", to: directory)
        Environment.set("STATE_DIRECTORY", to: "\(directory)/\(LabDirectory.policyState)")
        EnterCommand.addTools()
        throw LabFailure.environment("\(ProgramImage.replace(with: words))")
    }

    private var words: [String] {
        let words = Array(command.drop { $0 == "--" })
        return words.isEmpty ? [Environment["SHELL"] ?? "/bin/sh"] : words
    }

    private static func absolute(_ path: String) throws(LabFailure) -> String {
        do throws(SystemError) { return try FileContents.absolutePath(path) } catch { throw .environment("\(error)") }
    }

    /// The lab of this user whose resolver has that port where the caller is: two can only be on two networks.
    private static func directory(port: UInt16) throws(LabFailure) -> String {
        let own = NetworkNamespace()
        let directories = LabDirectory.scratch(of: port).filter { path in
            let process = SymbolicLink.target(of: "\(path)/\(LabNames.process)")
            return process.flatMap { NetworkNamespace(process: Int32($0.dropFirst("/proc/".count)) ?? 0) } == own
        }
        guard let directory = directories.first else {
            throw .environment(
                "you have no lab up with a resolver on port \(port) here; `enigm-lab up` starts one, "
                    + "--resolver-port or --runtime-dir name another")
        }
        return directory
    }

    /// For the tools of administrators, which the PATH of an ordinary user leaves out.
    private static func addTools() {
        let path = (Environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map(String.init)
        let missing = Tool.administration.filter { !path.contains($0) }
        Environment.set("PATH", to: (path + missing).joined(separator: ":"))
    }
}
