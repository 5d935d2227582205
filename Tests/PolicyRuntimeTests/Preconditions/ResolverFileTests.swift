import NetworkTypes
import Testing

@testable import PolicyRuntime

/// What a resolv.conf says of whom programs ask.
@Suite struct ResolverFileTests {
    private static let ours = "nameserver 127.0.0.53\n"
    private static let listeners = [IPAddress.v4(IPv4Address(127, 0, 0, 53)), .v6(.loopback)]

    @Test(arguments: [
        (ours, nil), ("nameserver ::1\noptions use-vc\nsearch lan\n" + ours, nil), (ours, "/usr/lib/enigm/resolv.conf"),
        (ours, "../usr/lib/systemd/resolv.conf"),
    ])
    func oursAloneIsNoFinding(text: String, link: String?) {
        #expect(ResolverFile(contents: .text(text), linkTarget: link).findings(listeners: Self.listeners) == [])
    }

    @Test(arguments: [
        (SystemFile.Contents.text(ours + "nameserver 192.0.2.1\n"), nil, "sends programs to 192.0.2.1,"),
        (.text("nameserver 192.0.2.1\nnameserver fe80::1%eth0\n"), nil, "to 192.0.2.1, fe80::1%eth0,"),
        (.text("nameserver 127.0.0.1\n"), nil, "to 127.0.0.1,"),
        (.text("search lan\n"), nil, "names no server"), (.text(""), nil, "names no server"),
        (.text(ours), "/run/systemd/resolve/stub-resolv.conf", "a link to `/run/systemd/resolve/stub-resolv.conf`"),
        (.text(ours), "../run/NetworkManager/resolv.conf", "which another program writes"),
        (.text(ours), "/var/run/resolvconf/resolv.conf", "which another program writes"),
        (.missing, nil, "is not there: programs ask 127.0.0.1"),
        (.missing, "/run/systemd/resolve/stub-resolv.conf", "leads to `/run/systemd/resolve/stub-resolv.conf`, which"),
        (.unreadable("permission denied"), nil, "cannot be read (permission denied)"),
    ])
    func whatElseItSaysIsNamed(contents: SystemFile.Contents, link: String?, words: String) throws {
        let findings = ResolverFile(contents: contents, linkTarget: link).findings(listeners: Self.listeners)
        #expect(findings.count == 1)
        let finding = try #require(findings.first)
        #expect(finding.what.contains(words), "\(finding)")
        #expect(finding.place == "/etc/resolv.conf" && finding.concern == .names && finding.weight == .degraded)
        #expect(finding.remedy.contains("`nameserver 127.0.0.53`"))
    }

    /// The C library asks 127.0.0.1 where nobody is named.
    @Test(arguments: [SystemFile.Contents.missing, .text("# empty\n")])
    func nobodyNamedIsRightWhereThatIsTheResolver(contents: SystemFile.Contents) {
        let file = ResolverFile(contents: contents, linkTarget: nil)
        #expect(file.findings(listeners: [.v4(IPv4Address(127, 0, 0, 1))]) == [])
        #expect(file.findings(listeners: [.v4(IPv4Address(0, 0, 0, 0))]) == [], "it listens everywhere")
    }
}
