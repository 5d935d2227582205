import CanonicalJSON
import KernelTestSupport
import LinuxIO
import PolicyRuntime
import ServiceHost
import TestSupport
import Testing

/// What the daemon finds around its tables, while it runs.
@Suite(.enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"))
struct MachineFindingTests {
    @Test(arguments: [
        ("type filter hook output priority 50; meta mark set 7;", "writes bits of the packet mark"),
        ("type filter hook prerouting priority -200; ct mark set 7;", "writes bits of the connection mark"),
        ("type nat hook output priority -150; udp dport 53 redirect to :9999;", "translates where packets go"),
        ("type filter hook output priority -500; notrack;", "out of connection tracking"),
    ])
    func aRuleOfAnotherProgramComesAndGoes(chain: String, words: String) throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            #expect(try daemon.status()["reasons"] == [])
            Self.nft("table inet other {\nchain base {\n\(chain)\n}\n}")
            #expect(daemon.waitForFinding(words))
            let finding = try #require(try daemon.findings().first)
            #expect(finding.place == "table inet other, chain base" && finding.remedy.contains("rule with handle "))
            #expect(try daemon.status()["state"]?.string == "degraded")
            #expect(daemon.policy("status").status == .exited(0))
            #expect(daemon.waitForAudit(.findings))
            Self.nft("delete table inet other")
            #expect(Moment.wait(.seconds(1)) { (try? daemon.status())?["state"]?.string == "enforced" })
            #expect(daemon.waitForAudit(.findings, count: 2))
            #expect(try daemon.status()["driftCount"]?.integer == 0, "nothing of ours was touched")
        }
    }

    @Test func whatOnlyJudgesIsNoFinding() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            Self.nft(
                """
                table inet firewall {
                    chain idle {
                        meta mark set 1
                    }
                    chain base {
                        type filter hook output priority 10; policy accept;
                        meta mark 5 accept
                        meta mark set meta mark | 0x80000000
                        tcp dport 25 drop
                    }
                    chain out {
                        type nat hook postrouting priority srcnat;
                        oifname "veth9" masquerade
                    }
                }
                """)
            #expect(!Moment.wait(.milliseconds(700)) { (try? daemon.status())?["state"]?.string != "enforced" })
            #expect(!daemon.audit.lines.contains { $0.event == AuditEvent.findings.rawValue })
        }
    }

    /// Nobody but the caller of `Status`, or the daemon's own period, finds out: the kernel tells of no such change.
    @Test func loopbackAddressesThatAreRoutedAreFound() throws {
        try KernelNamespace.run {
            #expect(CommandResult.run("ip", "link add veth1 type veth peer name veth2".words).status == .exited(0))
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            let setting = "/proc/sys/net/ipv4/conf/veth1/route_localnet"
            TextFile.write(Array("1".utf8), to: setting)
            #expect(daemon.waitForFinding("packets for 127.0.0.0/8 may come by `veth1`"))
            TextFile.write(Array("0".utf8), to: setting)
            #expect(Moment.wait(.seconds(1)) { (try? daemon.findings()) == [] })
        }
    }

    /// In place, and by a new file under the old name, as editors and programs do it. Nobody asks: inotify tells.
    @Test(arguments: [false, true])
    func aResolvConfThatIsRewrittenIsFound(isReplaced: Bool) throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            func write(_ text: String) {
                if isReplaced {
                    try? FileContents.replace(daemon.root.path("etc/resolv.conf"), with: Array(text.utf8))
                } else {
                    daemon.root.write(text, to: "etc/resolv.conf")
                }
            }
            write("nameserver 192.0.2.1\n")
            #expect(daemon.waitForAudit(.findings))
            #expect(daemon.waitForFinding("sends programs to 192.0.2.1,"))
            #expect(try daemon.status()["state"]?.string == "degraded")
            write("nameserver 127.0.0.53\n")
            #expect(daemon.waitForAudit(.findings, count: 2))
            #expect(try daemon.findings() == [])
            let records = daemon.audit.lines.filter { $0.event == AuditEvent.findings.rawValue }
            #expect(records.count == 2)
            #expect("\(records[0].record)".contains("192.0.2.1") && "\(records[1].record)".contains("vanished"))
            let shown = CommandResult.run(
                "\(TestEnforcer.programs)/enigmctl", ["audit", "show", "--state-dir", daemon.scratch.path("state")])
            for word in ["found", "gone"] {
                #expect(
                    shown.output.contains(" \(word): /etc/resolv.conf: sends programs to 192.0.2.1"), "\(shown.output)")
            }
        }
    }

    @Test func nameServicesThatGoRoundAreFound() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            daemon.root.write("hosts: files resolve [!UNAVAIL=return] dns\n", to: "etc/nsswitch.conf")
            #expect(daemon.waitForFinding("once it runs"))
            daemon.root.directories("run/systemd/resolve", "run/nscd", "run/NetworkManager")
            let resolved = try UnixListener(
                at: daemon.root.path("run/systemd/resolve/io.systemd.Resolve"), mode: 0o666)
            #expect(daemon.waitForFinding("systemd-resolved asks for every program, as one sender"))
            let cache = try UnixListener(at: daemon.root.path("run/nscd/socket"), mode: 0o666)
            #expect(daemon.waitForFinding("nscd asks for every program"))
            #expect(daemon.waitForFinding("NetworkManager writes /etc/resolv.conf"))
            daemon.root.directories("etc/NetworkManager/conf.d")
            daemon.root.write("[main]\ndns=none\n", to: "etc/NetworkManager/conf.d/90-local.conf")
            daemon.root.write("hosts: files dns\n", to: "etc/nsswitch.conf")
            daemon.root.write("enable-cache hosts no\n", to: "etc/nscd.conf")
            #expect(Moment.wait(.seconds(1)) { (try? daemon.findings()) == [] })
            withExtendedLifetime(resolved) {}
            withExtendedLifetime(cache) {}
        }
    }

    /// A subject that may look up the names of its rules only would be answered every name: no table can stop that.
    @Test func whereAnswersArePromisedToBeFewItIsAViolation() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(
                try TestPolicy.bundle(
                    rules: ["talk: { from: chat, to: { names: [chat.example.org] }, via: direct }"],
                    subjects: ["chat: { users: [daemon], exclusive: true }"], views: ["chat": 5311]))
            #expect(try daemon.status()["reasons"] == [])
            daemon.root.directories("run/nscd")
            let cache = try UnixListener(at: daemon.root.path("run/nscd/socket"), mode: 0o666)
            #expect(daemon.waitForFinding("nscd asks for every program"))
            #expect(try daemon.status()["state"]?.string == "violated")
            #expect(daemon.policy("status").status == .exited(1))
            withExtendedLifetime(cache) {}
        }
    }

    @Test func whoHasPortFiftyThreeIsFound() throws {
        try KernelNamespace.run {
            #expect(CommandResult.run("ip", "link set lo up".words).status == .exited(0))
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            let other = TestSupport.ChildProcess(
                "python3",
                [
                    "-c",
                    "import socket, time; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('127.0.0.1', 53)); "
                        + "time.sleep(60)",
                ])
            #expect(daemon.waitForFinding("listens beside the resolver", within: .seconds(5)))
            other.signal(9)
            _ = other.wait()
            #expect(Moment.wait(.seconds(1)) { (try? daemon.findings()) == [] })
        }
    }

    /// Where the profile's resolver has no address that programs could be told, the machine's files are not about it.
    @Test func aPlanTellsWhatApplyingWouldMeet() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(try TestPolicy.bundle())
            daemon.root.write("nameserver 192.0.2.1\n", to: "etc/resolv.conf")
            let next = daemon.put(try TestPolicy.bundle(version: 2, user: "no-such-user"), named: "next")
            let plan = CommandResult.run(
                "\(TestEnforcer.programs)/enigmctl",
                ["--runtime-dir", daemon.scratch.path("run"), "policy", "plan", next])
            #expect(plan.output.contains("degraded: user `no-such-user`: "), "\(plan.output)")
            #expect(plan.output.contains("degraded: /etc/resolv.conf: sends programs to 192.0.2.1"), "\(plan.output)")
            let shown = CommandResult.run(
                "\(TestEnforcer.programs)/enigmctl", ["--runtime-dir", daemon.scratch.path("run"), "policy", "status"])
            #expect(shown.output.contains("  -> make it a file that says `nameserver 127.0.0.53`"), "\(shown.output)")
        }
    }

    @Test func aRelativeRootIsWrongUsage() {
        let result = CommandResult.run(
            "\(TestEnforcer.programs)/enigm-policyd", ["--bundle", "x", "--root", "etc"])
        #expect(result.status == .exited(2) && result.errors.contains("`--root` takes an absolute path"))
    }

    private static func nft(_ text: String) {
        let result = CommandResult.run("nft", [text])
        #expect(result.status == .exited(0), "\(text): \(result.errors)")
    }
}

extension TestEnforcer {
    /// What `Status` lists.
    fileprivate func findings() throws -> [Finding] {
        (try status()["findings"]?.array ?? []).compactMap { Finding(json: $0) }
    }

    /// Whether one with these words comes in time.
    fileprivate func waitForFinding(_ words: String, within limit: Duration = .seconds(1)) -> Bool {
        Moment.wait(limit) { ((try? findings()) ?? []).contains { $0.what.contains(words) } }
    }
}

extension ScratchDirectory {
    fileprivate func directories(_ paths: String...) {
        for path in paths { _ = CommandResult.run("mkdir", ["-p", self.path(path)]) }
    }
}

extension String {
    fileprivate var words: [String] { split(separator: " ").map(String.init) }
}
