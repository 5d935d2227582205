import Glibc
import TestSupport
import Testing

/// Runs a program as a user without any right: as `nobody` when the tests run as root, else as who runs them.
enum Nobody {
    /// False where the kernel lets every user bind low ports.
    static let mayNotBindPort53 =
        (Int(TextFile.text(of: "/proc/sys/net/ipv4/ip_unprivileged_port_start").filter(\.isNumber)) ?? 1_024) > 53

    /// The program is copied into `scratch`, which everyone can reach, because a home directory may be closed.
    static func run(_ name: String, _ arguments: [String], in scratch: ScratchDirectory) throws -> CommandResult {
        guard getuid() == 0 else { return CommandResult.run(Repository.program(name), arguments) }
        guard Repository.hasTool("setpriv") else { try Test.cancel("no `setpriv`: run `make deps`") }
        let copy = scratch.write(TextFile.bytes(of: Repository.program(name)), to: name, mode: 0o755)
        return CommandResult.run(
            "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", copy] + arguments)
    }
}
