import Bundle
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

    /// A connection can be made before the kernel has told of the change: it shows no ticket of the other network, and what
    /// was answered there is told no more.
    @Test func noticesByTheConnectionItself() throws {
        try KernelNamespace.run {
            try ip("link set lo up", "addr add 198.51.100.9/32 dev lo", "addr add 198.51.100.1/32 dev lo")
            try ip(
                "addr add 198.51.100.2/32 dev lo",
                "route replace local 198.51.100.9 dev lo src 198.51.100.1 table local")
            let upstream = try TestUpstream(
                address: NetworkChangeTests.upstreamAddress, script: "after answer: close")
            let worker = try TestWorker([upstream])
            #expect(try worker.ask("www.lab.example")?.code == .noError)
            #expect(try worker.ask("mail.lab.example")?.code == .noError)
            #expect(worker.worker.handshakes.first??.details.isResumed == true)

            try ip("route replace local 198.51.100.9 dev lo src 198.51.100.2 table local")
            #expect(try worker.ask("only4.lab.example")?.code == .noError)
            #expect(worker.worker.handshakes.first??.details.isResumed == false)
            #expect(worker.worker.upstreamReports.first?.networkEpoch == 1)
            let asked = upstream.server.counters.answers
            #expect(try worker.ask("www.lab.example")?.code == .noError)
            #expect(upstream.server.counters.answers == asked + 1, "it is asked anew")
            #expect(worker.worker.upstreamReports.first?.networkEpoch == 1, "what was noticed is one change")
        }
    }

    /// How an address is out of reach on a network where the upstream has another one.
    enum Elsewhere: CaseIterable {
        case unreachable
        case silent
    }

    /// The upstream has one address inside of a network, and another one outside; the profile has both. Wherever the device
    /// is, it finds the one that works there, within the time of a question.
    @Test(arguments: Elsewhere.allCases)
    func findsTheAddressThatIsGoodHere(elsewhere: Elsewhere) throws {
        let (inside, outside) = ("10.1.1.53", "203.0.113.53")
        try KernelNamespace.run {
            try ip("link set lo up")
            for address in [inside, outside, "10.1.1.2", "198.51.100.2"] { try ip("addr add \(address)/32 dev lo") }
            func move(to address: String, from source: String, without other: String) throws {
                try ip("route replace local \(address) dev lo src \(source) table local")
                switch elsewhere {
                case .unreachable: try ip("route replace unreachable \(other) table local")
                case .silent:
                    try ip("route replace local \(other) dev lo src \(source) table local")
                    try nft(
                        "add table ip elsewhere", "add chain ip elsewhere out { type filter hook output priority 0 ; }",
                        "flush chain ip elsewhere out", "add rule ip elsewhere out ip daddr \(other) drop")
                }
            }
            try move(to: inside, from: "10.1.1.2", without: outside)
            let upstream = try TestUpstream(address: .v4(IPv4Address(0, 0, 0, 0)))
            var settings = upstream.settings
            settings.addresses = [try #require(IPAddress(inside)), try #require(IPAddress(outside))]
            let monitor = try NetworkMonitor()
            let worker = try TestWorker(adoption: TestBundle.adoption([settings]))
            #expect(try worker.ask("www.lab.example")?.code == .noError)
            #expect(worker.worker.handshakes.first??.endpoint.address == settings.addresses[0])

            for (round, isInside) in [false, true, false].enumerated() {
                let (here, there) = isInside ? (inside, outside) : (outside, inside)
                try move(to: here, from: isInside ? "10.1.1.2" : "198.51.100.2", without: there)
                let isNews = monitor.takeNews()
                #expect(isNews)
                worker.worker.networkChanged(now: MonotonicClock.now)
                let start = MonotonicClock.now
                // What was answered on the other network is asked anew.
                #expect(try worker.ask("www.lab.example")?.code == .noError, "move \(round)")
                #expect(MonotonicClock.now.nanoseconds(since: start) < NetworkChangeTests.soon, "move \(round)")
                let handshake = worker.worker.handshakes.first ?? nil
                #expect(handshake?.endpoint.address == settings.addresses[isInside ? 0 : 1], "move \(round)")
                #expect(handshake?.details.isResumed == false, "move \(round)")
            }
            #expect(upstream.server.counters.queries == 4)
        }
    }

    /// The next address joins after a quarter of a second; the rest is for a machine that is busy.
    private static let soon: UInt64 = 1_100_000_000

    /// Tunnels that mark packets change rules, not routes.
    @Test func hearsOfRules() throws {
        try KernelNamespace.run {
            let monitor = try NetworkMonitor()
            for family in ["-4", "-6"] {
                try ip("\(family) rule add fwmark 7 table 99")
                let news = [monitor.takeNews(), monitor.takeNews()]
                #expect(news == [true, false], "\(family)")
            }
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

private func ip(_ commands: String...) throws { try run("ip", commands) }

private func nft(_ commands: String...) throws { try run("nft", commands) }

private func run(_ program: String, _ commands: [String]) throws {
    for command in commands {
        let result = CommandResult.run(program, command.split(separator: " ").map(String.init))
        try #require(result.status == .exited(0), "\(program) \(command): \(result.errors)")
    }
}
