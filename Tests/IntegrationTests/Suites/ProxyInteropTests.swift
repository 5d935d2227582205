import TestSupport
import Testing

/// Upstreams of the lab behind proxies that others have written.
@Suite(
    .serialized, .enabled(if: Programs.areBuilt, Programs.missing),
    .enabled(if: DebianProxy.areInstalled, DebianProxy.missing))
struct ProxyInteropTests {
    private func profile(_ upstream: LabUpstream, _ proxy: DebianProxy, https: Bool = false) -> UpstreamProfile {
        var profile = upstream.profile
        profile.proxy = proxy.entry
        if https { profile.path = "/dns-query" }
        return profile
    }

    private func ask(_ daemon: ResolverDaemon, _ names: [String]) -> [Answer?] {
        daemon.client.ask(names.map { Question($0).inMixedCase }, window: names.count)
    }

    @Test(arguments: DebianProxy.Product.allCases, [false, true])
    func everyQuestionGoesThroughIt(product: DebianProxy.Product, https: Bool) throws {
        let upstream = try LabUpstream()
        let proxy = try DebianProxy(product)
        let daemon = try ResolverDaemon(profile(upstream, proxy, https: https))
        defer { withExtendedLifetime(upstream) {} }
        let answers = ask(daemon, (0..<50).map { "n\($0).wild.lab.example" })
        #expect(answers.allSatisfy { $0?.responseCode == 0 && $0?.answers.isEmpty == false })
        #expect(proxy.connections(to: upstream.port) == 1)
        let counters = try daemon.statistics().counters
        #expect(counters.filter { $0.key.hasPrefix("upstream-failures") }.isEmpty, "\(counters)")
    }

    /// The upstream closes after every few answers: each connection is asked for anew.
    @Test(arguments: DebianProxy.Product.allCases)
    func everyConnectionIsAskedFor(product: DebianProxy.Product) throws {
        let upstream = try LabUpstream(lines: "after answer 5: close")
        let proxy = try DebianProxy(product)
        let daemon = try ResolverDaemon(profile(upstream, proxy))
        defer { withExtendedLifetime(upstream) {} }
        for number in 0..<20 { #expect(ask(daemon, ["n\(number).wild.lab.example"])[0]?.responseCode == 0) }
        #expect(Moment.wait(.seconds(5)) { proxy.connections(to: upstream.port) >= 4 })
    }

    @Test(arguments: DebianProxy.Product.allCases)
    func aProxyThatComesBackIsAskedAgain(product: DebianProxy.Product) throws {
        let upstream = try LabUpstream()
        let first = try DebianProxy(product)
        let daemon = try ResolverDaemon(profile(upstream, first))
        defer { withExtendedLifetime(upstream) {} }
        #expect(ask(daemon, ["one.wild.lab.example"])[0]?.responseCode == 0)
        first.stop()
        let (failed, elapsed) = daemon.timed { ask(daemon, ["two.wild.lab.example"])[0] }
        #expect(failed?.responseCode == 2)
        #expect(elapsed < .seconds(5))
        let words = "the proxy at 127.0.0.1:\(first.port) refuses connections"
        #expect(failed?.extendedErrors.contains { $0.text.contains(words) } == true, "\(String(describing: failed))")
        let second = try DebianProxy(product, port: first.port)
        #expect(Moment.wait(.seconds(5)) { ask(daemon, ["three.wild.lab.example"])[0]?.responseCode == 0 })
        #expect(second.connections(to: upstream.port) >= 1)
    }

    /// One takes users that it knows, the other only some ports.
    @Test(arguments: [
        (
            DebianProxy.Product.microsocks, ["-u", "somebody", "-P", "password"],
            "refuses the credentials that tell views apart"
        ),
        (.tinyproxy, ["ConnectPort 1"], "forbids it"),
        (.tinyproxy, ["BasicAuth somebody password"], "wants credentials"),
    ])
    func whatItRefusesIsTold(product: DebianProxy.Product, arguments: [String], words: String) throws {
        let upstream = try LabUpstream()
        let proxy = try DebianProxy(product, arguments)
        let daemon = try ResolverDaemon(profile(upstream, proxy))
        defer { withExtendedLifetime(upstream) {} }
        let (answer, elapsed) = daemon.timed { ask(daemon, ["one.wild.lab.example"])[0] }
        #expect(answer?.responseCode == 2)
        #expect(elapsed < .seconds(5))
        let text = "the proxy at 127.0.0.1:\(proxy.port) \(words)"
        #expect(answer?.extendedErrors.contains { $0.text.contains(text) } == true, "\(String(describing: answer))")
    }
}
