import TestSupport
import Testing

/// Users, groups and directories.
@Suite struct AccountTests {
    private let files = UnitFiles()

    private var accounts: [[String]] { UnitFiles.table(files.sysusers) }

    @Test(.enabled(if: Repository.hasTool("systemd-sysusers"), "no `systemd-sysusers`: install systemd"))
    func theAccountsCanBeMade() {
        let result = CommandResult.run("systemd-sysusers", ["--dry-run", files.sysusers])
        #expect(result.status == .exited(0), "\(result.errors)")
    }

    @Test func everyServiceHasAUserOfItsOwn() {
        let made = accounts.filter { $0[0] == "u" }.map { $0[1] }
        let used = UnitFiles.daemons.flatMap { files.values(of: "User", in: "\($0).service") }
        #expect(used.sorted() == made.sorted())
        #expect(Set(used).count == UnitFiles.daemons.count)
    }

    @Test func noDaemonMayChangeAnotherOne() {
        let members = accounts.filter { $0[0] == "m" }
        #expect(!members.isEmpty)
        #expect(members.allSatisfy { $0[2] != "enigm" })
        #expect(accounts.contains { $0[0] == "g" && $0[1] == "enigm" })
    }

    @Test func directoriesBelongToAccountsThatAreMade() throws {
        let known = Set(accounts.filter { $0[0] != "m" }.map { $0[1] } + ["root"])
        let directories = UnitFiles.table(files.tmpfiles)
        #expect(directories.count == 2)
        for directory in directories {
            try #require(directory.count == 6)
            #expect(directory[0] == "d")
            #expect(directory[1].hasPrefix("/"))
            #expect(UInt16(directory[2], radix: 8) != nil)
            #expect(known.contains(directory[3]) && known.contains(directory[4]))
        }
    }

    @Test func daemonsCannotTakeEachOthersSockets() throws {
        let runtime = try #require(UnitFiles.table(files.tmpfiles).first { $0[1] == "/run/enigm" })
        #expect(runtime[2] == "1775")
        for daemon in UnitFiles.daemons {
            #expect(files.values(of: "SupplementaryGroups", in: "\(daemon).service") == [runtime[4]])
            #expect(files.values(of: "Environment", in: "\(daemon).service") == ["RUNTIME_DIRECTORY=/run/enigm"])
        }
    }
}
