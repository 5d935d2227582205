import NetworkTypes
import ProfileLoader
import ProfileModel
import Testing

/// Keys left out have the values that the language promises.
@Suite struct MinimalProfileTests {
    @Test func loadsWithoutDiagnostics() { expect(FullProfile.minimal) }

    @Test func resolverHasItsDefaults() throws {
        let resolver = try #require(load(FullProfile.minimal).profile).resolver
        #expect(resolver.listen.map(\.value.description) == ["127.0.0.53:53"])
        #expect(resolver.user.value == "enigm-resolver")
        #expect(resolver.selection.value == .fastest && resolver.rebinding.value == .block)
        #expect(resolver.cache.entries.value == 20_000 && resolver.cache.prefetch.value)
        #expect(resolver.cache.stale.value == .seconds(86_400))
        #expect(resolver.cache.minimumTTL.value == .zero && resolver.cache.maximumTTL.value == .seconds(86_400))
        #expect(resolver.privacy.padding.value == 128 && !resolver.privacy.cover.value)
        #expect(resolver.privacy.clientSubnet.value == .strip)
        #expect(resolver.gate.deadline.value == .milliseconds(50) && resolver.gate.maximumAddresses.value == 64)
        #expect(resolver.gate.minimumTTL.value == .seconds(60) && resolver.gate.grace.value == .seconds(60))
        #expect(resolver.filters.isEmpty && resolver.hosts.isEmpty)
    }

    @Test func defaultViewHasAllUpstreams() throws {
        let views = try #require(load(FullProfile.minimal).profile).resolver.views
        #expect(views.map(\.name.value) == ["default"])
        #expect(views[0].upstreams.map(\.value) == ["one"] && views[0].port.value == 5300)
        #expect(views[0].filters.isEmpty && views[0].resolve.value == .rules)
    }

    @Test func theRestIsSafe() throws {
        let profile = try #require(load(FullProfile.minimal).profile)
        #expect(profile.paths.isEmpty && profile.subjects.isEmpty && profile.rules.isEmpty)
        #expect(profile.local.dhcp.value && profile.local.icmpv6.value == .essential)
        #expect(profile.local.lan.value == .none && profile.local.inbound.isEmpty && profile.local.time == nil)
        #expect(profile.onBlock.answer.value == .reject)
        #expect(profile.onBlock.log.value == .limited(Rate(count: 6, per: .minute)))
        #expect(profile.portal == nil && profile.tests.isEmpty && profile.invariants.isEmpty)
    }

    @Test(arguments: ["schema", "profile", "resolver", "default"])
    func eachMandatoryKeyIsMissed(key: String) {
        let lines = FullProfile.minimal.split(separator: "\n").filter { !$0.hasPrefix(key + ":") }
        let result = load(lines.joined(separator: "\n"))
        #expect(result.codes == [.missingKey], "\(result.rendered)")
        #expect(result.diagnostics.first?.message == "a profile has no `\(key)`")
    }

    @Test func defaultsPointToTheNearestWrittenKey() throws {
        let profile = try #require(load(minimal("local: { lan: link }")).profile)
        #expect(profile.resolver.cache.entries.range.start == ProfileModel.SourceLocation(line: 3, column: 1))
        #expect(profile.local.dhcp.range.start == ProfileModel.SourceLocation(line: 5, column: 1))
        #expect(profile.onBlock.answer.range == .start)
    }
}
