import Glibc
import TestSupport
import Testing

/// `enigm-lab up`, as a person meets it: with `dig`, with a look at the wire, and with Ctrl-C.
@Suite(
    .serialized, .enabled(if: Programs.areBuilt, Programs.missing),
    .enabled(if: LoopbackNamespace.isPossible, LoopbackNamespace.missing),
    .enabled(if: Repository.hasTool("dig"), "no `dig`: run `make deps`"))
struct LabTests {
    private static let port: UInt16 = 5300

    @Test func digGetsWhatTheZoneHolds() throws {
        let lab = try Lab()
        #expect(lab.dig("www.lab.example", "A") == ["198.51.100.10", "198.51.100.11"])
        #expect(lab.dig("www.lab.example", "A", "+tcp") == ["198.51.100.10", "198.51.100.11"])
        #expect(lab.dig("www.lab.example", "AAAA") == ["2001:db8::10"])
        #expect(lab.dig("www.lab.example", "TXT") == ["\"the everyday name\" \"in two strings\""])
        #expect(lab.dig("www.lab.example", "HTTPS").first?.contains("alpn=\"h2,h3\"") == true)
        #expect(lab.dig("alias1.lab.example", "A").prefix(2) == ["198.51.100.10", "198.51.100.11"])
        #expect(lab.dig("Anything.WILD.lab.example", "A") == ["198.51.100.30"])
        #expect(lab.digText("nowhere.lab.example", "A").contains("status: NXDOMAIN"))
        #expect(lab.dig("www.lab.example", "A", "@::1").count == 2)
    }

    @Test func anAnswerOfFourKilobytesComesWhole() throws {
        let lab = try Lab()
        #expect(lab.dig("big.lab.example", "TXT").count == 40)
        #expect(lab.dig("big.lab.example", "TXT", "+tcp").count == 40)
        #expect(lab.digText("big.lab.example", "TXT", "+ignore").contains(" tc "), "over UDP it is truncated")
        let size = lab.digText("big.lab.example", "TXT", "+tcp").split(separator: "\n").first {
            $0.contains("MSG SIZE")
        }
        #expect((size.flatMap { Int($0.filter(\.isNumber)) } ?? 0) > 4_000)
    }

    @Test func theSpellingOfTheQuestionComesBack() throws {
        let lab = try Lab()
        #expect(lab.digText("wWw.LaB.eXaMpLe", "A").contains(";wWw.LaB.eXaMpLe."))
        #expect(lab.digText("WwW.lAb.ExAmPlE", "A").contains(";WwW.lAb.ExAmPlE."), "from the cache too")
    }

    @Test(.enabled(if: PacketCapture.isInstalled, PacketCapture.missing))
    func onlyTheClientsPortCarriesPlaintextNames() throws {
        // With the enforcement the upstream is in another namespace, where this capture does not look.
        let lab = try Lab(command: [Repository.program("enigm-lab"), "up", "--resolver-only"])
        let capture = try PacketCapture(in: lab.namespace)
        let names = (0..<20).map { "leak\($0).wild.lab.example" }
        for name in names { #expect(lab.dig(name, "A") == ["198.51.100.30"]) }

        let packets = capture.packets()
        let client = packets.filter { $0.ports.contains(Self.port) }
        let others = packets.filter { !$0.ports.contains(Self.port) }
        for name in names {
            #expect(client.contains { $0.holds(name: name) }, "the capture has not seen the client ask for \(name)")
            #expect(!others.contains { $0.holds(name: name) }, "\(name) was sent in plaintext")
        }
        #expect(others.count >= names.count, "the capture has not seen the upstream's packets")
        #expect(!others.contains { $0.holds(name: "lab.example") })
    }

    @Test func itSaysInFewLinesWhatToTry() throws {
        let lab = try Lab()
        let lines = lab.namespace.process.standardOutput.split(separator: "\n")
        #expect(lines.count <= 24)
        #expect(lines.contains { $0.contains("dig @127.0.0.1 -p 5300 www.lab.example") })
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalTearsEverythingDown(signal: Int32) throws {
        let lab = try Lab()
        let processes = lab.processes
        #expect(processes.count > 1, "the lab, and the resolver that it started")

        lab.namespace.process.signal(signal)
        #expect(lab.namespace.process.wait(.seconds(5)) != nil)
        #expect(Moment.wait(.seconds(2)) { !lab.namespace.process.groupIsAlive })
        for process in processes { #expect(!TextFile.exists("/proc/\(process)"), "process \(process) is left") }
    }

    @Test(.enabled(if: Repository.environment("ENIGM_PROGRAMS") != nil, "only `make test` runs `make run`"))
    func makeRunBringsItUpAndTearsItDown() throws {
        let lab = try Lab(command: ["make", "--directory", Repository.root, "run"])
        #expect(lab.dig("www.lab.example", "A").count == 2)
        lab.namespace.process.signal(SIGTERM)
        #expect(lab.namespace.process.wait(.seconds(5)) != nil)
        #expect(Moment.wait(.seconds(2)) { !lab.namespace.process.groupIsAlive })
    }
}
