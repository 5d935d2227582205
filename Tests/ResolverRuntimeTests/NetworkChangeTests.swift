import ByteCodec
import DNSWire
import KernelTestSupport
import LabPeers
import LinuxIO
import NetworkTypes
import ResolverRuntime
import TLSEngine
import TestSupport
import Testing

/// What becomes of connections when the way to an upstream changes, in a network of the test's own.
@Suite(.enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"))
struct NetworkChangeTests {
    private static let upstreamAddress = IPAddress.v4(IPv4Address(198, 51, 100, 9))

    @Test func endsConnectionsThatWentAnotherWay() throws {
        try KernelNamespace.run {
            try ip("link set lo up", "addr add 198.51.100.9/32 dev lo", "addr add 198.51.100.1/32 dev lo")
            try ip(
                "addr add 198.51.100.2/32 dev lo",
                "route replace local 198.51.100.9 dev lo src 198.51.100.1 table local")
            let monitor = try NetworkMonitor()
            let upstream = try TestUpstream(address: NetworkChangeTests.upstreamAddress)
            let worker = try TestWorker([upstream])
            #expect(try worker.ask("www.lab.example")?.code == .noError)
            var isNews = monitor.takeNews()
            #expect(!isNews)

            try ip("addr add 203.0.113.7/32 dev lo")
            isNews = monitor.takeNews()
            #expect(isNews)
            worker.worker.networkChanged(now: MonotonicClock.now)
            #expect(try worker.ask("mail.lab.example")?.code == .noError)
            #expect(upstream.server.counters.connections == 1, "a change elsewhere is none of its business")

            try ip("route replace local 198.51.100.9 dev lo src 198.51.100.2 table local")
            let news = [monitor.takeNews(), monitor.takeNews()]
            #expect(news == [true, false])
            worker.worker.networkChanged(now: MonotonicClock.now)
            #expect(try worker.ask("only4.lab.example")?.code == .noError)
            #expect(upstream.server.counters.connections == 2)
            // A ticket of the other network would tell the upstream that both are the same device.
            #expect(worker.worker.handshakes.first??.details.isResumed == false)
        }
    }

    /// A query that is under way when the network changes is answered over the new connection.
    @Test func losesNoQuery() throws {
        try KernelNamespace.run {
            try ip("link set lo up", "addr add 198.51.100.9/32 dev lo", "addr add 198.51.100.1/32 dev lo")
            try ip("route replace local 198.51.100.9 dev lo src 198.51.100.1 table local")
            let script = "connection: stall"
            let upstream = try TestUpstream(address: NetworkChangeTests.upstreamAddress, script: script)
            let worker = try TestWorker([upstream])
            worker.send([TestQuery.bytes("www.lab.example")])
            #expect(try worker.answers(forMilliseconds: 200).isEmpty)
            upstream.server.script = .wellBehaved
            try ip(
                "addr add 198.51.100.2/32 dev lo",
                "route replace local 198.51.100.9 dev lo src 198.51.100.2 table local")
            worker.worker.networkChanged(now: MonotonicClock.now)
            #expect(try worker.answers(1).first?.code == .noError)
        }
    }
}

private func ip(_ commands: String...) throws {
    for command in commands {
        let result = CommandResult.run("ip", command.split(separator: " ").map(String.init))
        try #require(result.status == .exited(0), "ip \(command): \(result.errors)")
    }
}
