import NetfilterBackend
import Testing

@testable import PolicyRuntime

/// What is said of settings that containers need.
@Suite struct ForwardingTests {
    private static let loose = ReversePathFilter(filter: 2, asksByMark: true)
    private static let strict = ReversePathFilter(filter: 1, asksByMark: true)

    @Test func nothingIsSaidWhereEverythingIsRight() {
        let right = Forwarding(forwards4: true, forwards6: true, filter: ForwardingTests.loose)
        #expect(right.findings("docker0", byTunnels: true) == [])
        // Without addresses of IPv6 nobody asks for it.
        let plain = Forwarding(forwards4: true, forwards6: nil, filter: ForwardingTests.strict)
        #expect(plain.findings("docker0", byTunnels: false) == [])
    }

    @Test func eachSettingIsNamed() {
        let wrong = Forwarding(forwards4: false, forwards6: false, filter: ForwardingTests.strict)
        let findings = wrong.findings("docker0", byTunnels: true)
        for (finding, setting) in zip(
            findings, ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "rp_filter=2"])
        {
            #expect(finding.remedy.contains(setting) && finding.what.contains("docker0"), "\(finding)")
        }
        #expect(findings.count == 3)
    }

    @Test func aDeviceThatIsNotThereHasNoSettings() {
        #expect(Forwarding(from: NetworkDevice(name: "none9")) == nil)
    }
}
