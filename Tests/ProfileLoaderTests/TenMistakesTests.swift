import ProfileLoader
import ProfileModel
import Testing

/// Ten mistakes of ten kinds are ten diagnostics, in one run, each at its place with help.
@Suite struct TenMistakesTests {
    static let text = """
        schema: enigm.network/1
        profile: { name: mistakes, version: 1 }
        paths:
          vpn: { interface: wg0, kind: wireguard, listen-port: 70000, endpoints: ["203.0.113.7:51820/udp"] }
        subjects:
          browser: { users: [alice] }
          mailer: { users: mail }
        resolver:
          upstreams:
            one: { tls: dns.one.example, addresses: [9.9.9.299], colour: blue }
            two: { tls: dns.two.example, addresses: [dns.two.example] }
            three: { tls: dns.three.example }
          user: stub
          user: other
        default: { via: vpm }
        rules:
          printer: { from: browsr, to: { addresses: [192.168.1.20/24] }, via: direct }
        """

    @Test func tenDiagnosticsInOneRun() {
        let result = load(Self.text)
        #expect(
            result.codes == [
                .badPort, .wrongType, .badAddress, .unknownKey, .nameInsteadOfAddress, .missingKey, .duplicateKey,
                .unknownPath, .unknownSubject, .hostBitsSet,
            ], "\(result.rendered)")
        #expect(result.profile == nil)
        #expect(result.diagnostics.allSatisfy { $0.help != nil })
    }

    @Test func eachAtItsPlace() {
        let places = load(Self.text).diagnostics.map { "\($0.range.start)" }
        #expect(
            places == ["4:56", "7:20", "10:46", "10:58", "11:46", "12:5", "14:3", "15:17", "17:20", "17:46"])
    }

    @Test func shownWithCaretAndHelp() {
        let expected = """
            error[P0010]: the key `user` is already written in this mapping
              --> test.yaml:14:3
               |
            14 |   user: other
               |   ^^^^
            note: first written here
              --> test.yaml:13:3
               |
            13 |   user: stub
               |   ----
               = help: remove one of the two, or give one another name

            error[P0302]: there is no path `vpm`
              --> test.yaml:15:17
               |
            15 | default: { via: vpm }
               |                 ^^^
               = help: did you mean `vpn`?

            """
        #expect(load(Self.text).rendered.contains(expected), "\(load(Self.text).rendered)")
    }

    @Test func hostBitsAreHelpedWithTheRightPrefix() {
        #expect(load(Self.text).rendered.contains("write `192.168.1.0/24` for the network, or `192.168.1.20`"))
    }
}
