import Posture
import Testing

@Suite struct SecurityServiceSignalTests {
    private func signal(_ change: (inout Observations) -> Void) -> Signal {
        PostureDocument.after(change).signal(.securityService)
    }

    @Test func bothLiveWithTheLeastRights() {
        let signal = signal { $0.policyProcess?.startedAt = Sample.ago(seconds: 5) }
        #expect(signal.value == .enforced)
        #expect(signal.since == Sample.ago(seconds: 5))
    }

    @Test func noDaemonAtAllIsUnknown() {
        let signal = signal {
            $0.resolver = .silent("nobody listens")
            $0.policy = .silent("nobody listens")
        }
        #expect(signal.value == .unknown)
    }

    @Test func oneDaemonAloneIsDegraded() {
        let withoutPolicy = signal { $0.policy = .silent("gone") }
        #expect(withoutPolicy.value == .degraded)
        #expect(withoutPolicy.reason == "`enigm-policyd` does not answer: gone")
        #expect(signal { $0.resolver = .silent("gone") }.value == .degraded)
    }

    @Test func rightsThatNobodyCanSeeAreUnknown() {
        let signal = signal { $0.policyProcess = nil }
        #expect(signal.value == .unknown)
        #expect(signal.reason == "the rights of `enigm-policyd` cannot be seen")
    }

    @Test func aCapabilityTooManyIsAViolationInWhateverSet() {
        let raw: UInt64 = 1 << 13
        #expect(signal { $0.resolverProcess?.permitted = Sample.networkAdministration }.value == .violated)
        #expect(signal { $0.resolverProcess?.ambient = raw }.value == .violated)
        #expect(signal { $0.policyProcess?.effective |= raw }.value == .violated)
        let inheriting = signal { $0.policyProcess?.inheritable = raw }
        #expect(inheriting.value == .violated)
        #expect(inheriting.reason.contains("`enigm-policyd` holds capabilities"))
    }

    @Test func theBoundingSetIsNoRight() {
        #expect(signal { $0.resolverProcess?.bounding = .max }.value == .enforced)
    }

    @Test func rightsThatCouldBeGainedAreDegraded() {
        #expect(signal { $0.policyProcess?.hasNoNewPrivileges = false }.value == .degraded)
    }

    @Test func onlyTheEnforcerMayBeRoot() {
        #expect(signal { $0.resolverProcess?.user = 0 }.value == .degraded)
        #expect(signal { $0.policyProcess?.user = 0 }.value == .enforced)
    }

    @Test func theRightsAreReadFromTheKernelsText() throws {
        let text = """
            Name:\tenigm-policyd
            Uid:\t1000\t991\t1000\t1000
            CapInh:\t0000000000000000
            CapPrm:\t0000000000001000
            CapEff:\t0000000000001000
            CapBnd:\t000001ffffffffff
            CapAmb:\t0000000000000000
            NoNewPrivs:\t1
            Seccomp:\t2
            """
        let process = try #require(ProcessObservation(process: 5, status: text, startedAt: nil))
        #expect(process.user == 991)
        #expect(process.permitted == Sample.networkAdministration)
        #expect(process.effective == Sample.networkAdministration)
        #expect(process.bounding == 0x1ff_ffff_ffff)
        #expect(process.hasNoNewPrivileges)
        #expect(process.seccompMode == 2)
        #expect(ProcessObservation(process: 5, status: "Name:\tx\n", startedAt: nil) == nil)
    }
}
