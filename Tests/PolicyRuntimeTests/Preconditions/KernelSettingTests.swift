import KernelTestSupport
import TestSupport
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

    /// As the kernel lists those that the program has made.
    @Test(
        .enabled(if: KernelNamespace.isAvailable, "needs root to make a network namespace"),
        .enabled(if: Repository.hasTool("iptables-legacy"), "no `iptables-legacy`: run `make deps`"))
    func tablesThatIptablesHasMade() throws {
        try KernelNamespace.run {
            let listed = { ["ip", "ip6"].map { TextFile.text(of: "/proc/thread-self/net/\($0)_tables_names") } }
            #expect(LegacyTables(names: listed(), modules: nil).findings == [])
            for (program, table) in [("iptables-legacy", "nat"), ("ip6tables-legacy", "mangle")] {
                let made = CommandResult.run(program, ["-t", table, "-A", "OUTPUT", "-p", "tcp", "-j", "ACCEPT"])
                try #require(made.status == .exited(0), "\(made.errors)")
            }
            let places = LegacyTables(names: listed(), modules: nil).findings.map(\.place)
            #expect(places == ["iptables-legacy -t nat", "ip6tables-legacy -t mangle"])
        }
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
