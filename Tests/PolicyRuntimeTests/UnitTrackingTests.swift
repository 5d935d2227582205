import CanonicalJSON
import Glibc
import KernelTestSupport
import NetfilterBackend
import Ruleset
import TestSupport
import Testing

/// Units and slices of this machine, as they come and go.
@Suite(
    .enabled(if: TestEnforcer.canRun, "\(TestEnforcer.obstacle ?? "")"),
    .enabled(if: TestCgroup.obstacle == nil, "\(TestCgroup.obstacle ?? "")"))
struct UnitTrackingTests {
    @Test func unitsAreFollowedWhereOnlyTheSystemManagerMakesThem() throws {
        try KernelNamespace.run {
            let slice = TestCgroup("enigmtest\(getpid()).slice")
            let inner = "enigmtest\(getpid())-inner.slice"
            let unit = "enigm-test-\(getpid()).service"
            let subjects = ["app: { units: [\(unit)], slices: [\(slice.path), \(inner)] }"]
            let daemon = try TestEnforcer(try TestPolicy.bundle(subjects: subjects))
            #expect(try daemon.status()["state"]?.string == "enforced")
            #expect(try identifiers(in: "s_5_1") == [slice.identifier])
            #expect(try identifiers(in: "c_5") == [])

            var first: TestCgroup? = TestCgroup(unit, in: slice)
            let before = try #require(first?.identifier)
            #expect(Moment.wait(.seconds(5)) { (try? identifiers(in: "c_5")) == [before] })

            // Whoever was given a control group calls what he makes in it as he likes.
            let delegated = TestCgroup("box.service", in: slice)
            let forged = TestCgroup(unit, in: delegated)
            let later = TestCgroup(inner, in: slice)
            #expect(Moment.wait(.seconds(5)) { (try? identifiers(in: "s_5_2")) == [later.identifier] })
            #expect(try identifiers(in: "c_5") == [before])

            // Started anew, in a slice that has come since.
            first = nil
            let second = TestCgroup(unit, in: later)
            #expect(Moment.wait(.seconds(5)) { (try? identifiers(in: "c_5")) == [second.identifier] })
            #expect(try daemon.status()["state"]?.string == "enforced")
            withExtendedLifetime((forged, second)) {}
        }
    }

    @Test func withoutTheKernelsHelpThatIsAReason() throws {
        try KernelNamespace.run {
            let daemon = try TestEnforcer(
                try TestPolicy.bundle(subjects: ["app: { units: [app.service] }"]),
                environment: ["ENIGM_WITHOUT_KERNEL_FEATURES": "cgroup"])
            let status = try daemon.status()
            #expect(status["state"]?.string == "degraded")
            #expect("\(status["reasons"] ?? .null)".contains("nothing matches them"))
        }
    }

    private func identifiers(in set: String) throws -> [UInt64] {
        let table = try #require(try NetfilterConnection().readTable(.inet, "enigm"))
        return try #require(table.set(set)).elements.map { $0.lower.integer }
    }
}
