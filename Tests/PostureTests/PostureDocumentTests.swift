import CanonicalJSON
import Cryptography
import NetworkTypes
import Posture
import Testing

@Suite struct PostureDocumentTests {
    @Test func theDocumentHasExactlyTheMembersThatArePromised() throws {
        let object = try #require(PostureDocument.after().json.object)
        #expect(object.keys == ["bundle-digest", "limits", "observed-at", "schema", "signals"])
        #expect(object["schema"] == "enigm.posture/1")
        #expect(object["bundle-digest"] == .string(Sample.digest.hexadecimal))
        let signals = (object["signals"]?.array ?? []).compactMap(\.object)
        #expect(signals.count == 3)
        #expect(
            signals.compactMap { $0["name"]?.string } == [
                "secure-name-resolution", "policy-compliance", "security-service",
            ])
        for signal in signals {
            #expect(
                signal.keys == ["evidence-digest", "method", "name", "observed-at", "reason", "since", "value"])
        }
    }

    @Test func oneSignalInCanonicalForm() {
        let signal = PostureDocument.after { $0.kernel = .notPermitted }.signal(.policyCompliance)
        #expect(
            CanonicalJSONWriter.text(of: signal.json) == """
                {"evidence-digest":"\(signal.evidenceDigest.hexadecimal)",\
                "method":"enigm-policyd read the kernel's table and compared it with the bundle's",\
                "name":"policy-compliance","observed-at":"2027-01-15T08:00:00.000Z",\
                "reason":"the kernel holds the bundle's table, generation 7",\
                "since":"2027-01-15T07:58:30.000Z","value":"enforced"}
                """)
    }

    @Test func theEvidenceDigestIsThatOfTheEvidencesCanonicalForm() throws {
        let document = PostureDocument.after()
        for signal in document.signals {
            let evidence = try #require(document.evidence.object?[signal.name.rawValue])
            #expect(signal.evidenceDigest == SHA256.digest(of: CanonicalJSONWriter.bytes(of: evidence).span))
        }
    }

    @Test func equalObservationsGiveEqualBytesAndOtherEvidenceAnotherDigest() {
        let first = PostureDocument.after()
        #expect(
            CanonicalJSONWriter.bytes(of: first.json) == CanonicalJSONWriter.bytes(of: PostureDocument.after().json))
        let second = PostureDocument.after {
            $0.resolver = .answered(Sample.resolver { $0.upstreams[0].answered += 1 })
        }
        let name = SignalName.secureNameResolution
        #expect(first.signal(name).value == second.signal(name).value)
        #expect(first.signal(name).evidenceDigest != second.signal(name).evidenceDigest)
    }

    @Test func withoutDaemonsEverythingIsUnknown() {
        let document = PostureDocument.after {
            $0 = Observations(
                resolver: .silent("nobody listens"), policy: .silent("nobody listens"), kernel: .notPermitted)
        }
        #expect(document.signals.allSatisfy { $0.value == .unknown })
        #expect(document.bundleDigest == nil)
        #expect(document.json.object?["bundle-digest"] == .null)
        #expect(!document.isEnforced)
        #expect(document.limits.count > 5)
    }

    @Test func everythingAsItShouldBeIsEnforced() {
        #expect(PostureDocument.after().isEnforced)
    }

    @Test func theWorstFindingDecidesAndAllAreTold() {
        let signal = PostureDocument.after {
            $0.resolverProcess?.user = 0
            $0.resolverProcess?.permitted = 1
        }.signal(.securityService)
        #expect(signal.value == .violated)
        #expect(signal.reason.contains("holds capabilities"))
        #expect(signal.reason.contains("runs as root"))
    }

    // MARK: - Since

    @Test func sinceIsKeptWhileTheValueStays() {
        let earlier = EarlierSignal(value: .enforced, since: Sample.ago(seconds: 3600))
        let kept = PostureDocument.after(earlier: [.secureNameResolution: earlier])
        #expect(kept.signal(.secureNameResolution).since == earlier.since)
        let changed = PostureDocument.after(earlier: [.secureNameResolution: earlier]) {
            $0.resolver = .silent("gone")
        }
        #expect(changed.signal(.secureNameResolution).since == Sample.now)
    }

    @Test func theDaemonsOwnMemoryStandsAboveAnEarlierDocument() {
        let earlier = EarlierSignal(value: .enforced, since: Sample.ago(seconds: 3600))
        let document = PostureDocument.after(earlier: [.policyCompliance: earlier, .securityService: earlier])
        #expect(document.signal(.policyCompliance).since == Sample.ago(seconds: 90))
        #expect(document.signal(.securityService).since == Sample.ago(seconds: 60))
    }

    @Test func aSinceInTheFutureIsNotBelieved() {
        let earlier = EarlierSignal(value: .enforced, since: Sample.ago(seconds: -60))
        let document = PostureDocument.after(earlier: [.secureNameResolution: earlier]) {
            $0.policy = .answered(Sample.policy { $0["since"] = .string(Sample.ago(seconds: -60).description) })
        }
        #expect(document.signals.allSatisfy { $0.since <= $0.observedAt && $0.observedAt <= Sample.now })
    }

    @Test func aDocumentIsReadBack() throws {
        let document = PostureDocument.after()
        let earlier = try #require(EarlierSignal.read(document.json))
        #expect(earlier.count == SignalName.allCases.count)
        for signal in document.signals {
            #expect(earlier[signal.name] == EarlierSignal(value: signal.value, since: signal.since))
        }
        #expect(EarlierSignal.read(["schema": "enigm.error/1"]) == nil)
        #expect(EarlierSignal.read(.null) == nil)
    }

    @Test func ourTimesAreReadBackAndOthersRefused() {
        for milliseconds: Int64 in [0, 951_826_154_042, 1_800_000_000_000, 4_102_444_799_999, -1] {
            let instant = UTCInstant(milliseconds: milliseconds)
            #expect(UTCInstant(rfc3339: instant.description) == instant)
        }
        for text in [
            "", "2027-01-15", "2027-01-15T08:00:00Z", "2027-02-30T08:00:00.000Z", "2027-13-01T08:00:00.000Z",
            "2027-01-15T24:00:00.000Z", "2027-01-15t08:00:00.000z", "2027-01-15T08:00:00.000+00:00",
        ] {
            #expect(UTCInstant(rfc3339: text) == nil, "\(text)")
        }
    }
}
