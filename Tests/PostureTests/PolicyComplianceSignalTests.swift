import CanonicalJSON
import Cryptography
import NetworkTypes
import Posture
import Testing

@Suite struct PolicyComplianceSignalTests {
    private func signal(_ change: (inout Observations) -> Void) -> Signal {
        PostureDocument.after(change).signal(.policyCompliance)
    }

    @Test func theKernelHoldsTheTable() {
        let signal = signal { _ in }
        #expect(signal.value == .enforced)
        #expect(signal.reason == "the kernel holds the bundle's table, generation 7")
        #expect(signal.since == Sample.ago(seconds: 90))
        #expect(signal.method.hasSuffix("this program read it too"))
    }

    @Test func theWiresThatAreCheckedAreNamed() {
        let document = PostureDocument.after {
            $0.policy = .answered(Sample.policy { $0["checkedDevices"] = ["eth0", "wlan0"] })
        }
        #expect(document.signal(.policyCompliance).reason.hasSuffix("; the wires of `eth0`, `wlan0` are checked"))
        #expect(document.limits.contains { $0.contains("are kept from `eth0`, `wlan0` alone") })
        #expect(
            PostureDocument.after().limits.contains { $0.hasPrefix("packet sockets (CAP_NET_RAW) write to devices") })
    }

    @Test(arguments: ["degraded", "violated", "unknown"])
    func theDaemonsVerdictAndReasonsAreKept(state: String) {
        let signal = signal {
            $0.policy = .answered(
                Sample.policy {
                    $0["state"] = .string(state)
                    $0["reasons"] = ["rule 3 of chain `output` is missing"]
                })
        }
        #expect(signal.value.rawValue == state)
        #expect(signal.reason == "rule 3 of chain `output` is missing")
        #expect(signal.since == Sample.ago(seconds: 90))
    }

    @Test func aVerdictOfANewerDaemonIsUnknown() {
        #expect(signal { $0.policy = .answered(Sample.policy { $0["state"] = "splendid" }) }.value == .unknown)
        #expect(signal { $0.policy = .answered(Sample.policy { $0["state"] = nil }) }.value == .unknown)
    }

    @Test func aSilentDaemonIsUnknownWhateverStandsInTheKernel() {
        for kernel: KernelObservation in [
            .notPermitted, .tableAbsent(generation: 1), .read(digest: Sample.tableDigest, generation: 7),
        ] {
            let signal = signal {
                $0.policy = .silent("nobody listens")
                $0.kernel = kernel
            }
            #expect(signal.value == .unknown)
            #expect(signal.reason.hasPrefix("`enigm-policyd` does not answer: nobody listens"))
        }
    }

    @Test func aTableThatIsNotTheReportedOneIsAViolation() {
        let different = signal { $0.kernel = .read(digest: Sample.otherDigest, generation: 8) }
        #expect(different.value == .violated)
        #expect(different.since == Sample.now)
        let absent = signal { $0.kernel = .tableAbsent(generation: 8) }
        #expect(absent.value == .violated)
    }

    @Test(arguments: [KernelObservation.notPermitted, .otherNamespace, .failed("netlink: no memory")])
    func whatThisProgramCannotReadIsLeftToTheDaemonAndSaid(kernel: KernelObservation) {
        let document = PostureDocument.after { $0.kernel = kernel }
        let signal = document.signal(.policyCompliance)
        #expect(signal.value == .enforced)
        #expect(!signal.method.contains("this program"))
        #expect(document.limits.count == PostureDocument.after().limits.count + 1)
    }

    @Test func differentBundlesAreDegraded() {
        let document = PostureDocument.after {
            $0.resolver = .answered(Sample.resolver { $0.bundleDigest = Sample.otherDigest })
        }
        let signal = document.signal(.policyCompliance)
        #expect(signal.value == .degraded)
        #expect(signal.reason.contains(Sample.otherDigest.hexadecimal.prefix(12)))
        #expect(document.bundleDigest == nil)
    }

    @Test func aRepairedDriftIsTold() {
        let signal = signal {
            $0.policy = .answered(
                Sample.policy {
                    $0["driftCount"] = 1
                    $0["lastDrift"] = [
                        "seenAt": "2027-01-15T08:00:00.000Z", "repairedAt": "2027-01-15T08:00:00.004Z",
                        "by": [["generation": 6, "process": 4711, "command": "nft"]],
                    ]
                })
        }
        #expect(signal.value == .enforced)
        #expect(signal.reason.hasSuffix("a change by `nft` was undone at 2027-01-15T08:00:00.004Z"))
        #expect(CanonicalJSONWriter.text(of: signal.evidence).contains("4711"))
    }
}
