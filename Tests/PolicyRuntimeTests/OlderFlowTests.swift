import KernelTestSupport
import TestSupport
import Testing

/// Flows that began before there was a policy.
@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"))
struct OlderFlowTests {
    /// Each packet of theirs that is refused would keep them alive.
    @Test func olderDatagramFlowsAreForgotten() throws {
        try KernelNamespace.run {
            let track = "table inet other { chain c { type filter hook output priority 0; ct state != 0 accept; }; }"
            let commands = [
                "ip link add en0 type veth peer name en1", "ip link set en0 up", "ip link set en1 up",
                "ip address add 198.51.100.1/24 dev en0",
                "ip neighbour add 198.51.100.9 lladdr 02:00:00:00:00:09 dev en0", "nft '\(track)'",
                "echo question > /dev/udp/198.51.100.9/9000",
            ]
            for command in commands {
                let result = CommandResult.run("bash", ["-c", command])
                try #require(result.status == .exited(0), "\(command): \(result.errors)")
            }
            try #require(OlderFlowTests.flowCount == "1")
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            let isForgotten = Moment.wait(.seconds(5)) { OlderFlowTests.flowCount == "0" }
            withExtendedLifetime(daemon) { #expect(isForgotten) }
        }
    }

    private static var flowCount: String {
        let path = "/proc/sys/net/netfilter/nf_conntrack_count"
        return String(CommandResult.run("cat", [path]).output.prefix { $0.isNumber })
    }
}
