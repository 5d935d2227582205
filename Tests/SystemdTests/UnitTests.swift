import TestSupport
import Testing

/// The units as systemd itself reads them.
@Suite struct UnitTests {
    private static let hasAnalyzer = Repository.hasTool("systemd-analyze")
    /// Of 100, as `systemd-analyze security` counts: below 20 it says `OK`.
    private static let maximumExposure = 20

    private let files = UnitFiles()

    @Test func everyUnitIsInstalledWithItsProgram() {
        #expect(files.installation.status == .exited(0), "\(files.installation.errors)")
        #expect(TextFile.names(in: files.unitDirectory).sorted() == UnitFiles.units)
        for unit in UnitFiles.units { #expect(!TextFile.text(of: files.path(unit)).contains("@bindir@")) }
    }

    @Test(arguments: ["bin", "/usr/bin|x", "/usr/&"])
    func aDirectoryThatDoesNotFitAUnitIsRefused(directory: String) {
        let result = CommandResult.run("\(Repository.root)/systemd/install", [directory])
        #expect(result.status == .exited(2))
        #expect(result.errorLines.count == 1)
    }

    @Test(.enabled(if: hasAnalyzer, "no `systemd-analyze`: install systemd"), arguments: UnitFiles.units)
    func theUnitIsRight(unit: String) {
        // The socket activates the service: all of them are looked at together.
        let paths = UnitFiles.units.map(files.path)
        let result = CommandResult.run("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no"] + paths)
        #expect(result.status == .exited(0))
        #expect(!result.errors.contains(unit), "\(result.errors)")
    }

    @Test(
        .enabled(if: hasAnalyzer, "no `systemd-analyze`: install systemd"),
        arguments: ["enigm-policyd.service", "enigm-resolverd.service"])
    func theServiceIsExposedToLittle(unit: String) {
        let result = CommandResult.run(
            "systemd-analyze",
            ["security", "--offline=true", "--no-pager", "--threshold=\(Self.maximumExposure)", files.path(unit)])
        #expect(result.status == .exited(0), "\(result.outputLines.filter { $0.contains("✗") })")
        #expect(result.output.contains("Overall exposure level for \(unit)"))
    }

    @Test func theProcessThatParsesTheNetworkHoldsNoCapability() {
        #expect(files.values(of: "CapabilityBoundingSet", in: "enigm-resolverd.service") == [""])
        #expect(files.values(of: "AmbientCapabilities", in: "enigm-resolverd.service") == [""])
        #expect(files.values(of: "NoNewPrivileges", in: "enigm-resolverd.service") == ["yes"])
    }

    /// Without it the manager closes what the resolver leaves for the next process.
    @Test func theManagerKeepsTheCacheOverARestart() {
        #expect(files.values(of: "FileDescriptorStoreMax", in: "enigm-resolverd.service") == ["1"])
        #expect(files.values(of: "Type", in: "enigm-resolverd.service") == ["notify"])
    }

    @Test func theProcessThatChangesRulesReachesNoNetwork() {
        #expect(files.values(of: "CapabilityBoundingSet", in: "enigm-policyd.service") == ["CAP_NET_ADMIN"])
        #expect(files.values(of: "AmbientCapabilities", in: "enigm-policyd.service") == ["CAP_NET_ADMIN"])
        #expect(files.values(of: "RestrictAddressFamilies", in: "enigm-policyd.service") == ["AF_NETLINK AF_UNIX"])
    }

    @Test func theRulesAreThereBeforeTheNetworkAndTheResolver() {
        let before = files.values(of: "Before", in: "enigm-policyd.service").flatMap { $0.split(separator: " ") }
        #expect(before.contains("network-pre.target"))
        #expect(before.contains("enigm-resolverd.service"))
    }

    /// Giving capabilities up is a system call of the group that is taken away.
    @Test(arguments: ["enigm-policyd.service", "enigm-resolverd.service"])
    func theDaemonMayStillGiveUpItsRights(unit: String) {
        #expect(files.values(of: "SystemCallFilter", in: unit).last == "capset")
    }
}
