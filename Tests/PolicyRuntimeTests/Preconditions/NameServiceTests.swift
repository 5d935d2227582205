import NetworkTypes
import Testing

@testable import PolicyRuntime

/// nsswitch.conf, nscd, NetworkManager: through whom programs look names up.
@Suite struct NameServiceTests {
    @Test(
        arguments: [
            ("hosts: files dns\n", ["files", "dns"]),
            ("# hosts: nis\npasswd: files\n  hosts :\tfiles  dns # no more\n", ["files", "dns"]),
            ("hosts:files mdns4_minimal [NOTFOUND=return] dns\n", ["files", "mdns4_minimal", "dns"]),
            (
                "hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns",
                ["mymachines", "resolve", "files", "myhostname", "dns"]
            ),
            ("hosts: files[NOTFOUND=return SUCCESS=continue] dns\n", ["files", "dns"]),
            ("hosts:\n", []), ("networks: files\n", nil), ("", nil),
        ] as [(String, [String]?)])
    func theServicesOfHosts(text: String, services: [String]?) {
        #expect(NameServiceSwitch(text).services == services)
    }

    @Test(arguments: [
        ("files dns", []), ("files myhostname mymachines dns", []),
        ("files resolve dns", ["`resolve` in `hosts`: systemd-resolved asks for every program once it runs"]),
        ("files mdns4_minimal dns", ["`mdns4_minimal` in `hosts`: another program asks the link"]),
        ("files wins dns", ["`wins` in `hosts`: another program answers"]),
        ("files", ["`dns` is missing"]), ("files sss", ["`sss` in `hosts`", "`dns` is missing"]),
    ])
    func eachThatGoesRoundIsNamed(hosts: String, words: [String]) {
        let findings = NameServiceSwitch("hosts: \(hosts)\n").findings(asksResolved: false, restricts: true)
        #expect(findings.count == words.count, "\(findings)")
        for (finding, words) in zip(findings, words) {
            #expect(finding.what.contains(words), "\(finding)")
            #expect(finding.weight == .degraded && finding.concern == .names && finding.remedy.contains("files dns"))
        }
    }

    /// A program that asks for everybody undoes the promise that a subject finds the names of its rules only.
    @Test(arguments: [(true, Finding.Weight.violated), (false, .degraded)])
    func whoAsksForEverybodyWeighsByWhatTheProfilePromises(restricts: Bool, weight: Finding.Weight) {
        let text = "hosts: resolve [!UNAVAIL=return] dns\n"
        let resolved = NameServiceSwitch(text).findings(asksResolved: true, restricts: restricts)
        #expect(resolved.map(\.weight) == [weight])
        let cache = NameCacheDaemon(isListening: true, text: nil).findings(restricts: restricts)
        #expect(cache.map(\.weight) == [weight])
        #expect(cache[0].what.contains("nscd asks for every program") && cache[0].remedy.contains("nscd.conf"))
    }

    @Test func withoutALineTheLibraryHasItsOwn() {
        #expect(NameServiceSwitch("passwd: files\n").findings(asksResolved: true, restricts: true) == [])
    }

    @Test(
        arguments: [
            (false, nil, 0), (true, nil, 1), (true, "enable-cache passwd no\n", 1),
            (true, "\tenable-cache\thosts\tno\n", 0),
            (true, "enable-cache hosts no\nenable-cache hosts yes\n", 1), (true, "# enable-cache hosts no\n", 1),
        ] as [(Bool, String?, Int)])
    func nscdIsOneWhereItAnswersForHosts(isListening: Bool, text: String?, count: Int) {
        #expect(NameCacheDaemon(isListening: isListening, text: text).findings(restricts: false).count == count)
    }

    @Test(
        arguments: [
            (["[main]\ndns=none\n"], nil), (["[main]\nplugins=keyfile\ndns = none \n"], nil),
            (["[main]\nrc-manager=unmanaged\n"], nil), (["[main]\ndns=default\n", "[main]\ndns=none\n"], nil),
            (["[main]\ndns=none\n", "[main]\ndns=default\n"], "`dns=default`: NetworkManager writes /etc/resolv.conf"),
            ([], "`dns` is not `none`"), (["[main]\n#dns=none\n[ifupdown]\ndns=none\n"], "`dns` is not `none`"),
            (["[main]\ndns=systemd-resolved\n"], "`dns=systemd-resolved`"),
            (["[main]\ndns=dnsmasq\n"], "`dns=dnsmasq` has a dnsmasq"),
        ] as [([String], String?)])
    func theLastWordOfNetworkManagerCounts(texts: [String], words: String?) {
        let files = texts.enumerated().map { (path: "/etc/NetworkManager/conf.d/\($0.offset).conf", text: $0.element) }
        let findings = NetworkManagerSettings(files).findings(isLink: false)
        #expect(findings.count == (words == nil ? 0 : 1), "\(findings)")
        if let words, let finding = findings.first {
            #expect(finding.what.contains(words), "\(finding)")
            #expect(
                finding.place == files.last { $0.text.hasPrefix("[main]\ndns") }?.path ?? NetworkManagerSettings.path)
            #expect(finding.concern == .names && finding.remedy.contains("dns=none"))
        }
    }

    /// It leaves a link to another program's file alone, unless it is told to write.
    @Test(arguments: [("", 0), ("rc-manager=symlink\n", 0), ("rc-manager=file\n", 1), ("dns=dnsmasq\n", 1)])
    func aLinkIsLeftAlone(line: String, count: Int) {
        let settings = NetworkManagerSettings([
            (path: "/etc/NetworkManager/NetworkManager.conf", text: "[main]\n\(line)")
        ])
        #expect(settings.findings(isLink: true).count == count)
    }
}
