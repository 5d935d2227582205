import KernelTestSupport
import ServiceHost
import TestSupport
import Testing

/// What other programs have in the kernel is theirs.
@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"))
struct ForeignTablesTests {
    /// One of the same family, with everything that a table may have, and the one that container software makes.
    private static let foreign = """
        table inet other {
            set ours { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.0.2.1 } }
            map ports { type inet_service : verdict; elements = { 22 : accept, 80 : drop } }
            counter seen { }
            chain output {
                type filter hook output priority filter; policy accept;
                ip daddr @ours counter name "seen" accept comment "not yours"
                tcp dport vmap @ports
            }
        }
        table ip nat {
            chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                oifname "veth0" ip saddr 172.17.0.0/16 masquerade
            }
        }
        """

    /// Put in force, changed in place, put in force again whole, flushed by hand and repaired, taken away: the others'
    /// tables stay as they were to the byte, and ours is all that is new.
    @Test func nothingButOurTableIsTouched() throws {
        try KernelNamespace.run {
            let scratch = ScratchDirectory()
            let loaded = CommandResult.run("nft", ["-f", scratch.write(ForeignTablesTests.foreign, to: "foreign.nft")])
            try #require(loaded.status == .exited(0), "\(loaded.errors)")
            let (json, text) = (others("-j", "-s"), listing("-s", "-a"))
            try #require(json.contains("not yours") && text.contains("table ip nat"))

            let daemon = try TestEnforcer(try TestPolicy.longBundle(version: 1, ruleCount: 20), isOwner: false)
            #expect(others("-j", "-s") == json, "after the first apply")
            for version in 2...4 {
                let next = try TestPolicy.longBundle(version: version, ruleCount: 20 - version)
                let result = daemon.policy("apply", daemon.put(next, named: "next"))
                try #require(result.status == .exited(0), "\(result.output)\(result.errors)")
                #expect(others("-j", "-s") == json, "after apply \(version)")
            }
            #expect(tables() == ["inet other", "ip nat", "inet enigm", "netdev enigm"])

            // By hand: the daemon puts it back.
            #expect(CommandResult.run("nft", ["flush", "table", "inet", "enigm"]).status == .exited(0))
            #expect(daemon.waitForAudit(.repaired))
            #expect(others("-j", "-s") == json, "after the repair")
            #expect(tables() == ["inet other", "ip nat", "inet enigm", "netdev enigm"])

            daemon.process.signal(15)
            #expect(daemon.process.wait() == .exited(0))
            for family in ["netdev", "inet"] {
                #expect(CommandResult.run("nft", ["delete", "table", family, "enigm"]).status == .exited(0))
            }
            #expect(listing("-s", "-a") == text, "without ours")
        }
    }

    /// The others' tables, each listed by itself.
    private func others(_ options: String...) -> String {
        [["inet", "other"], ["ip", "nat"]].map { listing(options + ["list", "table"] + $0) }.joined()
    }

    private func listing(_ options: String...) -> String { listing(options + ["list", "ruleset"]) }

    private func listing(_ arguments: [String]) -> String {
        let result = CommandResult.run("nft", arguments)
        return result.status == .exited(0) ? result.output : "nft failed: \(result.errors)"
    }

    private func tables() -> [String] {
        CommandResult.run("nft", ["list", "tables"]).output.split(separator: "\n").map { String($0.dropFirst(6)) }
    }
}
