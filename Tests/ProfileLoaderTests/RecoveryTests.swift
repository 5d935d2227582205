import ProfileLoader
import ProfileModel
import Testing

/// One mistake is one diagnostic: what follows from it is not reported, what does not is.
@Suite struct RecoveryTests {
    @Test func misspelledKeyIsReadAsTheOneThatIsMissing() {
        let text = FullProfile.minimal.replacing("default:", with: "defualt:")
        expect(text, .unknownKey)
        expect(text.replacing("{ block: true }", with: "{ block: maybe }"), .unknownKey, .unknownValue)
    }

    @Test func misspelledKeyBesideTheRightOneIsNotRead() {
        expect(minimal("defualt: { block: maybe }"), .unknownKey)
    }

    @Test func unreadableDeclarationsSilenceReferences() {
        expect(minimal("subjects: 5\nrules: { r: { from: browser, block: true } }"), .wrongType)
        expect(minimal("subjects: *x\nrules: { r: { from: browser, block: true } }"), .alias)
    }

    @Test func brokenEntryIsStillDeclared() {
        expect(minimal("subjects: { s: { users: 5 } }\nrules: { r: { from: s, block: true } }"), .wrongType)
    }

    @Test func everyMistakeOfOneRecordIsReported() {
        expect(
            minimal("rules: { r: { frm: any, to: { ports: [x/tcp, 0/udp] }, via: vpn, log: maybe } }"), .unknownKey,
            .badPort, .badPort, .unknownPath, .badTruthValue)
    }

    @Test func referencesMayComeBeforeDeclarations() {
        expect(minimal("rules: { r: { from: s, block: true } }\nsubjects: { s: { users: [u] } }"))
    }

    @Test func nearNamesAreSuggested() throws {
        let result = load(
            minimal("rules: { r: { from: brwoser, block: true } }\nsubjects: { browser: { users: [u] } }"))
        #expect(result.diagnostics.map(\.help) == ["did you mean `browser`?"])
    }

    @Test func theResolverSendsByItsUpstreamsOnly() throws {
        let result = load(minimal("rules: { r: { from: resolver, via: direct } }"))
        #expect(result.codes == [.unknownSubject])
        #expect(result.diagnostics.first?.help?.contains("resolver.upstreams") == true)
    }

    @Test func rootThatIsNoMapping() {
        expect("- a\n", .wrongType)
        expect("text\n", .wrongType)
        expect("*a\n", .alias)
    }

    @Test func loopbackUpstreamsNeedNoPath() {
        expect(FullProfile.minimal.replacing("[198.51.100.1], path: direct", with: "[127.0.0.1, \"::1\"]"))
        expect(
            FullProfile.minimal.replacing("[198.51.100.1], path: direct", with: "[127.0.0.1, 198.51.100.1]"),
            .upstreamWithoutPath)
    }

    @Test func directMayBeDeclared() {
        expect(minimal("paths: { direct: {} }"))
        expect(minimal("paths: { direct: { interfaces: [eth0] } }"))
        expect(minimal("paths: { direct: { interface: eth0 } }"), .keyDoesNotApply)
        expect(minimal("paths: { other: { interfaces: [eth0] } }"), .missingKey, .keyDoesNotApply)
    }

    @Test func tunnelsSayHowTheirOuterPacketsAreKnown() {
        expect(minimal("paths: { p: { interface: wg0 } }"), .missingKey)
        expect(minimal("paths: { p: { interface: wg0, kind: wireguard } }"), .missingKey, .missingKey)
        expect(minimal("paths: { p: { interface: tun0, kind: userspace } }"), .missingKey)
        expect(
            minimal(
                "paths: { p: { interface: wg0, listen-port: 1, endpoints: [\"192.0.2.1:1/udp\"], owner: { user: u } } }"
            ),
            .keyDoesNotApply)
    }

    @Test func cycleIsReportedOnce() {
        let path = { (name: String, next: String) in
            "\(name): { redirect: [\"127.0.0.1:80\"], owner: { user: u }, next: \(next) }"
        }
        let cycle = [path("a", "b"), path("b", "c"), path("c", "b"), path("d", "a")].joined(separator: ", ")
        expect(minimal("paths: { \(cycle) }"), .pathCycle)
    }

    @Test func brokenExpectationsAreNotCounted() {
        expect(
            minimal("tests: [{ name: t, from: any, to: [\"tcp a.b:1\", \"tcp a.b:2\"], expect: [gone, drop] }]"),
            .badExpectation)
    }

    @Test func warningsDoNotStopAProfile() {
        let result = load(minimal("local: { inbound: [22/tcp, 22/tcp] }"))
        #expect(result.codes == [.listedTwice])
        #expect(result.profile?.local.inbound.count == 2)
    }

    @Test func diagnosticsAreSortedAndBounded() {
        let result = load((0..<1_000).map { "k\($0): 1\n" }.joined())
        #expect(result.diagnostics.count == 201)
        #expect(result.diagnostics.map(\.range) == result.diagnostics.map(\.range).sorted())
    }
}
