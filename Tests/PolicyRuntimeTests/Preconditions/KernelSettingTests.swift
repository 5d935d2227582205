import Testing

@testable import PolicyRuntime

/// Settings of the kernel, and tables that are not nft's.
@Suite struct KernelSettingTests {
    @Test(arguments: [
        ([:], []), (["all": 0, "default": 1, "lo": 1, "eth0": 0], []),
        (["all": 0, "eth0": 1, "wlan0": 1], ["eth0", "wlan0"]),
        (["all": 1, "eth0": 1], ["all"]),
    ])
    func devicesThatLetLoopbackAddressesIn(settings: [String: Int], devices: [String]) {
        let findings = LoopbackExposure(settings).findings
        #expect(findings.map(\.place) == devices.map { "net.ipv4.conf.\($0).route_localnet" })
    }

    @Test func theKernelHasOneForEachDevice() {
        let settings = LoopbackExposure.ofKernel.settings
        #expect(settings["all"] != nil && settings["lo"] != nil)
    }

    @Test(arguments: [([nil, nil], 0), ([0, 0], 0), ([1, 0], 1), ([1, 1], 2)] as [([Int?], Int)])
    func bridgesThatAskTheRules(numbers: [Int?], count: Int) {
        let findings = BridgeFilter.findings(numbers)
        #expect(findings.count == count)
        #expect(findings.allSatisfy { $0.place.hasPrefix("net.bridge.bridge-nf-call-ip") })
    }

    @Test(
        arguments: [
            (["", ""], "", []), (["filter\n", "filter\n"], "iptable_nat 1 0 - Live 0x0\n", []),
            (["nat\nmangle\nfilter\n", ""], "", ["iptables-legacy -t nat", "iptables-legacy -t mangle"]),
            (["", "raw\n"], "", ["ip6tables-legacy -t raw"]),
            (
                [nil, nil], "iptable_nat 16384 1 - Live 0x0\nip6table_raw 1 0\niptable_filter 1 0\n",
                ["iptables-legacy -t nat", "ip6tables-legacy -t raw"]
            ),
        ] as [([String?], String, [String])])
    func legacyTablesThatMayTranslateOrMark(names: [String?], modules: String, places: [String]) {
        let findings = LegacyTables(names: names, modules: modules).findings
        #expect(findings.map(\.place) == places)
        let words = names[0] == nil ? "the module of a table" : "a table is loaded"
        #expect(findings.allSatisfy { $0.what.hasPrefix(words) })
    }
}
