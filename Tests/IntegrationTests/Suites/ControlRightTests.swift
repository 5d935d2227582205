import Glibc
import TestSupport
import Testing

/// Who may do what by the control socket: the kernel says who asks.
@Suite(
    .serialized, .enabled(if: Programs.areBuilt, Programs.missing),
    .enabled(if: getuid() == 0, "only root has others than itself ask"))
struct ControlRightTests {
    private let authority: TestAuthority
    private let daemon: ResolverDaemon

    init() throws {
        authority = try TestAuthority()
        daemon = try ResolverDaemon(UpstreamProfile(port: 853, authority: authority.certificatePath))
        chmod(daemon.scratch.path, 0o755)
        chmod(daemon.runtimeDirectory, 0o755)
    }

    /// By everybody's view an exclusive subject would get around its own; and nobody else empties the cache.
    @Test(arguments: [["query", "localhost"], ["query", "localhost", "--view", "default"], ["flush"]])
    func onlySomeMayAskAndChange(words: [String]) throws {
        let arguments = ["--runtime-dir", daemon.runtimeDirectory, "resolver"] + words
        let refused = try Nobody.run("enigmctl", arguments, in: daemon.scratch)
        #expect(refused.status == .exited(3))
        #expect(refused.output.isEmpty)
        #expect(refused.errors.contains("not permitted: this is for root, the user that runs `enigm-resolverd`"))
        let allowed = Programs.enigmctl(arguments)
        #expect(allowed.status == .exited(0), "\(allowed.errors)")
    }

    @Test func everybodyMayReadWhatIsCounted() throws {
        let result = try Nobody.run(
            "enigmctl", ["--runtime-dir", daemon.runtimeDirectory, "resolver", "stats"], in: daemon.scratch)
        #expect(result.status == .exited(0), "\(result.errors)")
        #expect(result.output.contains("queries"))
    }
}
