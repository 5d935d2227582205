import Bundle
import DNSWire
import LabPeers
import LinuxIO
import NetworkTypes
import ProxyEngine
import ResolverCore
import ResolverRuntime
import Testing

/// Connections that leave through a proxy of this machine, or by one interface, or not at all.
@Suite struct EgressTests {
    private static let loopback = Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 0)

    private func worker(_ upstream: TestUpstream, by egress: UpstreamSettings.Egress) throws -> TestWorker {
        var settings = upstream.settings
        settings.egress = egress
        return try TestWorker(adoption: TestBundle.adoption([settings]))
    }

    private func proxy(
        _ kind: UpstreamSettings.Proxy.Kind, _ behaviour: ProxyThread.Behaviour = .relays,
        at endpoint: Endpoint = loopback
    ) throws -> ProxyThread {
        try ProxyThread(kind == .socks ? .socks : .connect, listeningOn: endpoint, behaviour)
    }

    private func through(_ proxy: ProxyThread, _ kind: UpstreamSettings.Proxy.Kind) -> UpstreamSettings.Egress {
        .proxy(UpstreamSettings.Proxy(kind, at: proxy.endpoint))
    }

    /// What is asked by SOCKS is each view's own.
    private static func label(_ kind: UpstreamSettings.Proxy.Kind) -> String {
        kind == .socks ? "lab of view default" : "lab"
    }

    @Test(arguments: UpstreamSettings.Proxy.Kind.allCases, [nil, "/dns-query"])
    func answersComeThroughAProxy(kind: UpstreamSettings.Proxy.Kind, path: String?) throws {
        let (upstream, proxy) = (try TestUpstream(path: path), try proxy(kind))
        let worker = try worker(upstream, by: through(proxy, kind))
        for number in 0..<20 { #expect(try worker.ask("n\(number).wild.lab.example")?.lines == ["198.51.100.30"]) }
        #expect(proxy.requests.map(\.target) == [upstream.server.endpoint])
        #expect((proxy.requests[0].user == nil) == (kind == .connect))
        #expect(upstream.server.counters.connections == 1)
    }

    /// What was under way is asked again over a new connection, as with any that ends.
    @Test(arguments: UpstreamSettings.Proxy.Kind.allCases)
    func aProxyThatDiesIsAskedAgain(kind: UpstreamSettings.Proxy.Kind) throws {
        let (upstream, first) = (try TestUpstream(), try proxy(kind))
        let worker = try worker(upstream, by: through(first, kind))
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        first.stop()
        worker.send([TestQuery.bytes("mail.lab.example", id: 2)])
        #expect(try worker.answers(forMilliseconds: 300).isEmpty)
        let second = try proxy(kind, at: first.endpoint)
        #expect(try worker.answers(1).first?.code == .noError)
        #expect(second.requests.map(\.user) == first.requests.map(\.user))
        #expect(upstream.server.counters.connections == 2)
    }

    @Test(arguments: UpstreamSettings.Proxy.Kind.allCases)
    func aProxyThatIsNotThereIsNamed(kind: UpstreamSettings.Proxy.Kind) throws {
        let (upstream, proxy) = (try TestUpstream(), try proxy(kind))
        proxy.stop()
        let worker = try worker(upstream, by: through(proxy, kind))
        let answer = try #require(try worker.ask("www.lab.example"))
        #expect(answer.code == .serverFailure)
        let words = "the proxy at \(proxy.endpoint) refuses connections"
        #expect(answer.extendedErrors.contains { $0.contains(words) }, "\(answer)")
        #expect(worker.notices() == [.upstreamDown(Self.label(kind), .proxyRefused, through: proxy.endpoint)])
        #expect(upstream.server.counters.connections == 0)
    }

    @Test(arguments: [
        (UpstreamSettings.Proxy.Kind.socks, [UInt8]([5, 1]), UpstreamFailure.proxyFailed),
        (.socks, [5, 2], .proxyForbids),
        (.socks, [5, 3], .proxyNetworkUnreachable), (.socks, [5, 4], .proxyHostUnreachable),
        (.socks, [5, 5], .proxyUpstreamRefused), (.socks, [5, 6], .proxyUpstreamTimedOut),
        (.socks, [5, 7], .proxyCommand), (.socks, [5, 8], .proxyAddress), (.socks, [5, 99], .proxyRejected),
        (.socks, [4, 90], .proxyMalformed), (.socks, [], .proxyClosed), (.connect, [], .proxyClosed),
        (.connect, Array("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n".utf8), .proxyAuthentication),
        (.connect, Array("HTTP/1.0 403 Filtered\r\n".utf8), .proxyForbids),
        (.connect, Array("HTTP/1.0 500 Unable to connect\r\n".utf8), .proxyFailed),
        (.connect, Array("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n".utf8), .proxyRejected),
        (.connect, Array("SSH-2.0-OpenSSH\r\n".utf8), .proxyMalformed),
    ])
    func everyRefusalIsTold(
        kind: UpstreamSettings.Proxy.Kind, bytes: [UInt8], failure: UpstreamFailure
    ) throws {
        let (upstream, proxy) = (try TestUpstream(), try proxy(kind, .says(bytes)))
        let worker = try worker(upstream, by: through(proxy, kind))
        let answer = try #require(try worker.ask("www.lab.example"))
        #expect(answer.code == .serverFailure)
        let words = failure.description(through: proxy.endpoint)
        #expect(answer.extendedErrors.contains { $0.contains(words) }, "\(answer)")
        #expect(upstream.server.counters.connections == 0)
    }

    /// By the proxy itself, not by a stand-in's words.
    @Test(arguments: [
        (UpstreamSettings.Proxy.Kind.socks, UpstreamFailure.proxyUpstreamRefused), (.connect, .proxyHostUnreachable),
    ])
    func anUpstreamThatIsDownIsNotTheProxy(kind: UpstreamSettings.Proxy.Kind, failure: UpstreamFailure) throws {
        let (upstream, proxy) = (try TestUpstream(), try proxy(kind))
        upstream.server.stop()
        let worker = try worker(upstream, by: through(proxy, kind))
        let answer = try #require(try worker.ask("www.lab.example"))
        let words = failure.description(through: proxy.endpoint)
        #expect(answer.extendedErrors.contains { $0.contains(words) }, "\(answer)")
    }

    /// Its part of the handshake counts into the time that connecting has.
    @Test(arguments: UpstreamSettings.Proxy.Kind.allCases)
    func aSilentProxyDoesNotKeepClientsWaiting(kind: UpstreamSettings.Proxy.Kind) throws {
        let (upstream, proxy) = (try TestUpstream(), try proxy(kind, .saysNothing))
        let worker = try worker(upstream, by: through(proxy, kind))
        let answer = try #require(try worker.ask("www.lab.example"))
        #expect(answer.code == .serverFailure)
        var told = worker.notices()
        for _ in 0..<50 where told.isEmpty {
            _ = try worker.answers(forMilliseconds: 100)
            told += worker.notices()
        }
        #expect(told.first == .upstreamDown(Self.label(kind), .proxyTimedOut, through: proxy.endpoint), "\(answer)")
    }

    @Test func anotherUpstreamIsAskedMeanwhile() throws {
        let proxy = try proxy(.socks)
        proxy.stop()
        let (hidden, open) = (try TestUpstream(named: "hidden"), try TestUpstream(named: "open"))
        var settings = hidden.settings
        settings.egress = through(proxy, .socks)
        let worker = try TestWorker(adoption: TestBundle.adoption([settings, open.settings]))
        #expect(try worker.ask("www.lab.example")?.code == .noError)
        #expect(hidden.server.counters.connections == 0)
    }

    /// There is no other way than the path's.
    @Test func withoutItsInterfaceNothingIsConnected() throws {
        let upstream = try TestUpstream()
        var settings = upstream.settings
        settings.addresses = [.v4(IPv4Address(198, 51, 100, 53))]
        settings.egress = .device("enigm-none")
        let worker = try TestWorker(adoption: TestBundle.adoption([settings]))
        let answer = try #require(try worker.ask("www.lab.example"))
        #expect(answer.code == .serverFailure)
        #expect(answer.extendedErrors.contains { $0.contains("the path's interface is missing") }, "\(answer)")
        #expect(worker.notices() == [.upstreamDown("lab", .deviceMissing)])
    }

    /// Each view has connections and credentials of its own, and nothing tells which view it is.
    @Test func viewsAreStrangersToASOCKSProxy() throws {
        let upstream = try TestUpstream()
        var settings = upstream.settings
        let proxy = Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 1080)
        settings.egress = .proxy(UpstreamSettings.Proxy(.socks, at: proxy))
        let views = [
            ViewSettings(name: "default", port: 5300, upstreams: ["lab"]),
            ViewSettings(name: "chat", port: 5301, upstreams: ["lab"]),
        ]
        func adopt() throws -> BundleAdoption {
            try BundleAdoption(Bundle.read(TestBundle.bytes([settings], views: views)))
        }
        let (first, second) = (try adopt(), try adopt())
        #expect(first.upstreams.map(\.egress) == second.upstreams.map(\.egress))
        #expect(first.upstreams.map(\.name) == ["lab", "lab"])
        #expect(first.configuration.views.map(\.upstreams) == [[0], [1]])
        #expect(first.upstreams[0].identity != first.upstreams[1].identity)
        guard case .socks(_, let one) = first.upstreams[0].egress, case .socks(_, let other) = first.upstreams[1].egress
        else {
            Issue.record("no credentials")
            return
        }
        #expect(one.user != other.user && one.password != other.password)
        #expect(!(other.user + other.password).contains("chat"))
    }

    /// As a proxy sees them: two views in two workers, one connection that is made again.
    @Test(.enabled(if: TestDaemon.isBuilt, TestDaemon.missing), arguments: [1, 2])
    func aProxySeesOneStrangerForEachView(workers: Int) throws {
        let (upstream, proxy) = (try TestUpstream(script: "after answer 1: close"), try proxy(.socks))
        var settings = upstream.settings
        settings.egress = through(proxy, .socks)
        let hidden = try ListenerPair.open().datagrams.localEndpoint.port
        let views = [
            ViewSettings(name: "default", port: 5300, upstreams: ["lab"]),
            ViewSettings(name: "chat", port: hidden, upstreams: ["lab"]),
        ]
        let daemon = try TestDaemon([settings], views: views, arguments: ["--workers", "\(workers)"])
        func users(_ round: Int, port: UInt16?) throws -> Set<String?> {
            let before = proxy.requests.count
            for number in 0..<6 {
                let query = TestQuery.bytes("r\(round)n\(number).wild.lab.example")
                #expect(try daemon.ask(query, port: port)?.code == .noError)
            }
            return Set(proxy.requests.dropFirst(before).map(\.user))
        }
        let first = try users(1, port: nil)
        let second = try users(2, port: hidden)
        #expect(first.count == 1 && second.count == 1 && first != second, "\(proxy.requests)")
        #expect(try users(3, port: nil) == first)
    }
}
