import CanonicalJSON
import NetworkTypes
import Posture
import Testing

@Suite struct NameResolutionSignalTests {
    private func signal(_ change: (inout Observations) -> Void) -> Signal {
        PostureDocument.after(change).signal(.secureNameResolution)
    }

    private func signal(answer: ResolverObservation.Answer) -> Signal {
        signal { $0.resolver = .answered(Sample.resolver(answer: answer)) }
    }

    @Test func anAnswerOfAnUpstreamIsTheProof() {
        let signal = signal { _ in }
        #expect(signal.value == .enforced)
        #expect(signal.reason == "upstream `quad9`, authenticated, answered over TLS")
    }

    @Test func theTLSVersionIsToldWhenTheResolverTellsIt() {
        let signal = signal {
            $0.resolver = .answered(Sample.resolver { $0.upstreams[0].tls = "TLS 1.3" })
        }
        #expect(signal.reason == "upstream `quad9`, authenticated, answered over TLS 1.3")
    }

    @Test func aSilentResolverIsUnknown() {
        let signal = signal { $0.resolver = .silent("nobody listens") }
        #expect(signal.value == .unknown)
        #expect(signal.reason == "`enigm-resolverd` does not answer: nobody listens")
    }

    @Test func aFailureIsDegradedAndSaysWhy() {
        let signal = signal(
            answer: ResolverObservation.Answer([
                "rcode": "SERVFAIL", "fromCache": false,
                "extendedError": ["code": 22, "purpose": "no reachable authority", "text": "quad9: expired"],
            ]))
        #expect(signal.value == .degraded)
        #expect(signal.reason.contains("answered SERVFAIL: quad9: expired"))
    }

    @Test func anAnswerThatNoUpstreamGaveProvesNothing() {
        let cached = ResolverObservation.Answer(["rcode": "NOERROR", "fromCache": true])
        let local = ResolverObservation.Answer(["rcode": "NOERROR", "fromCache": false])
        #expect(signal(answer: cached).value == .unknown)
        #expect(signal(answer: cached).reason.contains("from the cache"))
        #expect(signal(answer: local).value == .unknown)
        #expect(signal(answer: local).reason.contains("by the resolver itself"))
    }

    @Test func aQuestionThatCannotBeAskedIsUnknown() {
        let signal = signal { observations in
            observations.resolver = .answered(Sample.resolver { $0.question.outcome = .failed("no such name") })
        }
        #expect(signal.value == .unknown)
    }

    @Test func anOpenPortalIsDegradedAndSaysForHowLong() {
        let signal = signal {
            $0.policy = .answered(Sample.policy { $0["openPortal"] = ["subject": "surfing", "secondsLeft": 61] })
        }
        #expect(signal.value == .degraded)
        #expect(
            signal.reason == "the portal is open for another 1 min 1 s: `surfing` asks the link's resolver in plaintext"
        )
    }

    @Test func aFailingUpstreamIsDegradedThoughAnotherAnswers() {
        let signal = signal {
            $0.resolver = .answered(
                Sample.resolver {
                    $0.upstreams.append(
                        .init([
                            "name": "corp", "state": "failing", "failed": 4,
                            "lastFailure": "the certificate has expired",
                        ]))
                })
        }
        #expect(signal.value == .degraded)
        #expect(signal.reason == "upstream `corp` fails: the certificate has expired")
    }

    @Test func anIdleUpstreamIsNoShortcoming() {
        let signal = signal {
            $0.resolver = .answered(
                Sample.resolver {
                    $0.upstreams.append(.init(["name": "spare", "state": "idle"]))
                })
        }
        #expect(signal.value == .enforced)
    }

    @Test func whatTheDaemonLacksIsDegraded() {
        let signal = signal { $0.resolver = .answered(Sample.resolver { $0.degraded = ["no such user"] }) }
        #expect(signal.value == .degraded)
        #expect(signal.reason == "no such user")
    }

    @Test func anOutsideNameServerIsAViolationUnlessTheKernelCapturesIt() {
        let servers = NameServerConfiguration("nameserver 198.51.100.53\nnameserver 2001:db8::53\n")
        let captured = signal { $0.nameServerConfiguration = servers }
        #expect(captured.value == .enforced)
        let bypassed = signal {
            $0.nameServerConfiguration = servers
            $0.policy = .silent("nobody listens")
            $0.kernel = .tableAbsent(generation: 1)
        }
        #expect(bypassed.value == .violated)
        #expect(bypassed.reason.contains("198.51.100.53, 2001:db8::53, in plaintext"))
        let flushed = signal {
            $0.nameServerConfiguration = servers
            $0.policy = .answered(
                Sample.policy {
                    $0["state"] = "violated"
                    $0["tableDigest"] = nil
                })
        }
        #expect(flushed.value == .violated)
    }

    @Test(arguments: [KernelObservation.notPermitted, .read(digest: Sample.tableDigest, generation: 7)])
    func anOutsideNameServerIsUnknownWhileNobodyTellsWhatTheKernelDoes(kernel: KernelObservation) {
        let unwatched = signal {
            $0.nameServerConfiguration = NameServerConfiguration("nameserver 198.51.100.53\n")
            $0.policy = .silent("nobody listens")
            $0.kernel = kernel
        }
        #expect(unwatched.value == .unknown)
        let drifted = signal {
            $0.nameServerConfiguration = NameServerConfiguration("nameserver 198.51.100.53\n")
            $0.policy = .answered(Sample.policy { $0["state"] = "violated" })
            $0.kernel = kernel
        }
        #expect(drifted.value == .unknown)
    }

    @Test(arguments: [("degraded", SignalValue.degraded), ("violated", .violated), ("fatal", .unknown)])
    func whatTheEnforcerFindsAboutNamesCounts(weight: String, value: SignalValue) {
        func finding(_ concern: String) -> JSONValue {
            [
                "what": "`resolve` in `hosts`", "where": "/etc/nsswitch.conf", "remedy": "write `hosts: files dns`",
                "weight": .string(weight), "concern": .string(concern),
            ]
        }
        let named = signal { $0.policy = .answered(Sample.policy { $0["findings"] = [finding("names")] }) }
        #expect(named.value == value)
        #expect(named.reason == "/etc/nsswitch.conf: `resolve` in `hosts`")
        let other = signal { $0.policy = .answered(Sample.policy { $0["findings"] = [finding("packets")] }) }
        #expect(other.value == .enforced, "the policy's own signal tells of it")
    }
}
