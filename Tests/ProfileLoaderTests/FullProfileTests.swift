import NetworkTypes
import ProfileLoader
import ProfileModel
import Testing

@Suite struct FullProfileTests {
    @Test func loadsWithoutDiagnostics() {
        let result = load(FullProfile.text)
        #expect(result.diagnostics.isEmpty, "\(result.rendered)")
        #expect(result.profile != nil)
    }

    @Test func pathsKeepTheirOrderAndKinds() throws {
        let paths = try #require(load(FullProfile.text).profile).paths
        #expect(paths.map(\.name.value) == ["onion", "relay", "tunnel", "far", "direct"])
        guard case .redirect(let onion) = paths[0].route, case .tunnel(let tunnel) = paths[2].route,
            case .tunnel(let far) = paths[3].route, case .direct(let interfaces) = paths[4].route
        else {
            Issue.record("other kinds of path")
            return
        }
        #expect(onion.listeners.map(\.value.description) == ["127.0.0.1:9140", "[::1]:9140"])
        #expect(onion.socks?.value.port == 9150)
        #expect(onion.connect?.value.port == 9180)
        #expect(paths[0].owner?.value == .user("onion"))
        #expect(paths[1].next?.value == "tunnel")
        #expect(paths[1].isOpen && !paths[0].isOpen)
        #expect(tunnel.listenPort?.value == 51821)
        #expect(tunnel.endpoints.map(\.value.description) == ["198.51.100.9:51821/udp"])
        #expect(far.kind.value == .userspace && far.ipv6.value == .block)
        #expect(interfaces.map(\.value) == ["eth0", "wlan0"])
    }

    @Test func subjectsHaveTheirSelectors() throws {
        let subjects = try #require(load(FullProfile.text).profile).subjects
        #expect(subjects.map(\.name.value) == ["chat", "updates", "surfing", "boxes"])
        #expect(
            subjects[0].selectors.map(\.value) == [
                .unit("chat.service", ofUser: nil), .unit("chat@1.service", ofUser: "nora"),
            ])
        #expect(subjects[1].selectors.map(\.value) == [.user("_apt"), .user("1004"), .group("updates")])
        #expect(
            subjects[2].selectors.map(\.value) == [
                .slice("app-surfing.slice", ofUser: nil), .slice("web.slice", ofUser: "nora"), .user("nora"),
            ])
        #expect(subjects[3].selectors.map(\.value) == [.interface("docker0")])
        #expect(subjects.map(\.isExclusive) == [true, false, false, false])
    }

    @Test func upstreamsAreComplete() throws {
        let resolver = try #require(load(FullProfile.text).profile).resolver
        #expect(resolver.upstreams.map(\.name.value) == ["first", "second", "inner"])
        #expect(resolver.upstreams.map(\.effectivePort) == [853, 8443, 8853])
        #expect(
            resolver.upstreams.map(\.serverName.value.text) == [
                "dns.first.example", "dns.second.example", "ns.inner.example",
            ])
        #expect(resolver.upstreams[1].pins.map(\.value) == [Array(0..<32)])
        #expect(resolver.upstreams[1].certificateAuthority?.value == "certificates/second.pem")
        #expect(resolver.upstreams[2].zones.map(\.value.text) == ["inner.example"])
        #expect(resolver.upstreams[2].path?.value == "far")
        #expect(resolver.upstreams[0].addresses.map(\.value.description) == ["198.51.100.1", "2001:db8::1"])
    }

    @Test func resolverSettingsAreComplete() throws {
        let resolver = try #require(load(FullProfile.text).profile).resolver
        #expect(resolver.listen.map(\.value.description) == ["127.0.0.54:53", "[::1]:53"])
        #expect(resolver.user.value == "stub")
        #expect(resolver.selection.value == .sharded && resolver.rebinding.value == .allow)
        #expect(resolver.cache.entries.value == 5_000 && !resolver.cache.prefetch.value)
        #expect(resolver.cache.stale.value == .seconds(7_200))
        #expect(resolver.cache.minimumTTL.value == .seconds(5) && resolver.cache.maximumTTL.value == .seconds(43_200))
        #expect(resolver.privacy.padding.value == 468 && resolver.privacy.cover.value)
        #expect(resolver.privacy.clientSubnet.value == .forward)
        #expect(resolver.gate.deadline.value == .milliseconds(80) && resolver.gate.maximumAddresses.value == 16)
        #expect(resolver.gate.minimumTTL.value == .seconds(30) && resolver.gate.grace.value == .seconds(90))
    }

    @Test func filtersHostsAndViewsAreComplete() throws {
        let resolver = try #require(load(FullProfile.text).profile).resolver
        #expect(resolver.filters.map(\.answer.value) == [.zero, .nxdomain])
        #expect(resolver.filters[0].lists.map(\.value) == ["lists/adverts.txt", "lists/more.txt"])
        #expect(resolver.filters[0].except.map(\.value.description) == ["*.cdn.example", "shop.example"])
        #expect(resolver.hosts.map(\.name.value.text) == ["printer.office.example"])
        #expect(resolver.hosts[0].addresses.map(\.value.description) == ["192.168.7.20", "fd00::20"])
        #expect(resolver.views.map(\.port.value) == [5400, 5401])
        #expect(resolver.view(named: "chat")?.resolve.value == .any)
        #expect(resolver.view(named: "default")?.upstreams.map(\.value) == ["first", "inner"])
        #expect(resolver.view(named: "chat")?.filters.map(\.value) == ["adverts", "harm"])
    }

    @Test func rulesAreComplete() throws {
        let profile = try #require(load(FullProfile.text).profile)
        let rules = profile.rules
        #expect(rules.map(\.name.value) == ["talk", "refresh", "paper", "no-mail", "quiet", "branch"])
        #expect(rules[0].destinations.names.map(\.value.description) == ["talk.example", "*.media.example"])
        #expect(rules[0].limit?.value == Rate(count: 5, per: .second))
        #expect(rules[1].until?.value.secondsSinceEpoch == 1_803_859_200)
        #expect(
            rules[2].destinations.addresses.map(\.value.description) == ["192.168.7.20/32", "10.0.0.0/8", "fd00::/8"])
        #expect(rules[2].destinations.ports.map(\.value.description) == ["631/tcp", "9100-9102/tcp"])
        #expect(rules[2].reason?.value == "office printer")
        #expect(rules[3].outcome.action == .block)
        #expect(rules[3].log?.value == .limited(Rate(count: 1, per: .hour)))
        #expect(rules[4].log?.value == .off)
        #expect(rules[5].destinations.lists.map(\.value) == ["lists/branch.txt"])
        #expect(rules[5].destinations.addresses.map(\.value.description) == ["192.0.2.0/25", "2001:db8:b::/48"])
        #expect(rules[5].destinations.protocols.map(\.value.number) == [47, 132])
        #expect(rules[5].destinations.icmp.map(\.value.ipv4) == [.init(type: 8), .init(type: 3, code: 1)])
        #expect(rules[5].destinations.icmp.map(\.value.ipv6) == [.init(type: 128), nil])
        guard case .via(let path) = profile.defaultOutcome.action else {
            Issue.record("the default blocks")
            return
        }
        #expect(path.value == "tunnel" && profile.defaultOutcome.isOpen)
    }

    @Test func theRestIsComplete() throws {
        let profile = try #require(load(FullProfile.text).profile)
        #expect(profile.identity.name.value == "newsroom" && profile.identity.version.value == 7)
        #expect(profile.identity.description?.value == "Laptops that travel with reporters")
        #expect(profile.extends.map(\.value) == [])
        #expect(!profile.local.dhcp.value && profile.local.icmpv6.value == .all && profile.local.lan.value == .link)
        #expect(profile.local.inbound.map(\.value.description) == ["22/tcp"])
        #expect(profile.local.translators.map(\.description) == ["64:ff9b::/96", "2001:db8:64::/96"])
        #expect(
            profile.local.time?.from.value == .unit("chrony.service", ofUser: nil)
                && profile.local.time?.via.value == "direct")
        #expect(profile.onBlock.answer.value == .drop && profile.onBlock.log.value == .standard)
        #expect(profile.portal?.minutes.value == 10 && profile.portal?.subject.value == "surfing")
        #expect(
            profile.tests.map { $0.destinations.map(\.value.description) } == [
                ["udp 198.51.100.30:53", "tcp [2001:db8::30]:853"],
                ["tcp talk.example:443", "tcp example.net:443", "udp 198.51.100.8:9"],
            ])
        #expect(profile.tests[1].expectations.map(\.value) == [.via("relay"), .drop, .drop])
        #expect(profile.invariants.count == 2 && profile.invariants[0].value == .noNameResolutionLeak)
    }

    @Test func valuesCarryTheirPlaces() throws {
        let profile = try #require(load(FullProfile.text).profile)
        let source = SourceFile(name: "", bytes: Array(FullProfile.text.utf8))
        func text(_ range: SourceRange) -> String {
            let line = Array((source[line: range.start.line] ?? "").unicodeScalars)
            return String(String.UnicodeScalarView(line[(range.start.column - 1)..<(range.end.column - 1)]))
        }
        #expect(text(profile.identity.version.range) == "7")
        #expect(text(profile.resolver.upstreams[0].addresses[1].range) == "\"2001:db8::1\"")
        #expect(text(profile.resolver.cache.stale.range) == "2h")
        #expect(text(profile.rules[0].name.range) == "talk")
        #expect(text(profile.rules[3].outcome.range) == "block")
        #expect(text(profile.paths[1].next?.range ?? .start) == "tunnel")
    }
}
