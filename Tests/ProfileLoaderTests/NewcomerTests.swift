import ProfileLoader
import ProfileModel
import TestSupport
import Testing

/// Mistakes of somebody who writes his first profile: what he is told to write is what he meant.
@Suite struct NewcomerTests {
    @Test(
        arguments: [
            ("subjects:\nmail: { users: [alice] }", .emptyValue, "write its keys below it, further to the right"),
            (
                "paths:\n  vpn:\n    interface:wg0", .wrongType,
                "a space belongs behind the colon: write `interface: wg0`"
            ),
            ("local: none", .wrongType, "write it like `{ dhcp: true }`; local traffic has the keys `dhcp`"),
            ("portal: surfing", .wrongType, "write it like `{ subject: "),
            (
                "rules: { a: { from: any, via: block } }", .unknownPath,
                "what does not leave has `block: true`, and no path"
            ),
            ("rules: { a: { from: any, block: false } }", .unknownValue, "write `true`, or remove the key"),
            (
                "rules: { a: deny }", .wrongType,
                "write it like `{ from: any, via: vpn }`; a rule has the keys `from`"
            ),
            ("paths: { wifi: { interface: wlan0 } }", .missingKey, "what leaves by a cable or by Wi-Fi is `direct`"),
            ("subjects: { me: { groups: [-x] } }", .badIdentifier, "write the name of a user or group"),
            ("rules: { a: { from: [any], block: true } }", .wrongType, "write it without the brackets"),
            ("rules: { a: { from: [any, any], block: true } }", .wrongType, "the name of a subject, and one alone"),
            ("local: { lan: {} }", .wrongType, "write `none` or `link`"),
            ("portal: { subject: any, ports: [80/tcp], minutes: 5 }", .unknownSubject, "name one subject"),
            (rule("names: [\"*\"]"), .badName, "leave `names` out to speak of everything"),
            (rule("ports: [tcp/80]"), .badPort, "write `80/tcp`"),
            (rule("ports: [80:90/tcp]"), .badPort, "write `80-90/tcp`"),
            (rule("ports: [80:90]"), .badPort, "write `80-90/tcp` or `80-90/udp`"),
            (
                path("redirect: [\"10.0.0.1:80\"]"), .notLoopback,
                "redirected traffic reaches `127.0.0.1` and `::1` only"
            ),
            (path("socks: \"10.0.0.1:80\""), .notLoopback, "a path's proxy runs on this machine"),
            (path("connect: \"10.0.0.1:80\""), .notLoopback, "a path's proxy runs on this machine"),
            (path("socks: 1080"), .badEndpoint, "write it like `127.0.0.53:53`"),
            (
                "tests: [{ name: t, from: any, to: [\"tcp a.b:1\"], expect: [accept] }]", .badExpectation,
                "write `via PATH`, `reject`, `drop`, `stub` (the resolver answers) or `local`"
            ),
        ] as [(String, DiagnosticCode, String)])
    func heIsToldWhatToWrite(lines: String, code: DiagnosticCode, help: String) throws {
        let result = load(minimal(lines))
        let diagnostic = try #require(result.diagnostics.first { $0.code == code }, "\(result.rendered)")
        #expect(diagnostic.help?.contains(help) == true, "\(diagnostic.help ?? "no help")")
    }

    @Test func aPortIsNotAnAddress() {
        let result = load(minimal(NewcomerTests.path("socks: 1080")))
        #expect(result.diagnostics.first?.message == "`1080` has no address")
    }

    private static func rule(_ to: String) -> String { "rules: { r: { from: any, to: { \(to) }, block: true } }" }

    private static func path(_ service: String) -> String { "paths: { p: { \(service), owner: { user: u } } }" }
}
