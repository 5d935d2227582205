internal import CanonicalJSON
internal import NetworkTypes

/// `secure-name-resolution`: a question was really asked, and an authenticated upstream answered it.
enum NameResolutionSignal {
    private static let method =
        "asked a name that no cache holds through the resolver's control socket, looked at its upstreams and at "
        + "resolv.conf, and took enigm-policyd's word on what else answers this machine's programs"

    static func judge(_ observations: Observations) -> Judgement {
        switch observations.resolver {
        case .silent(let reason):
            .unknown(
                "`enigm-resolverd` does not answer: \(reason)", method: method, evidence: evidence(observations))
        case .answered(let resolver): judge(resolver, observations)
        }
    }

    private static func judge(_ resolver: ResolverObservation, _ observations: Observations) -> Judgement {
        var judgement = Judgement(
            confirmation: confirmation(resolver), method: method, evidence: evidence(observations))
        weigh(resolver.question, into: &judgement)
        for upstream in resolver.upstreams where upstream.state == "failing" {
            let failure = upstream.lastFailure.map { ": \($0)" } ?? ""
            judgement.find(.degraded, "upstream `\(upstream.name)` fails\(failure)")
        }
        for reason in resolver.degraded { judgement.find(.degraded, reason) }
        weighNameServers(observations, into: &judgement)
        for finding in observations.policy.answer?.nameFindings ?? [] { judgement.find(finding.value, finding.line) }
        if let portal = observations.policy.answer?.openPortal {
            let left = "\(portal.secondsLeft / 60) min \(portal.secondsLeft % 60) s"
            judgement.find(
                .degraded,
                "the portal is open for another \(left): `\(portal.subject)` asks the link's resolver in plaintext")
        }
        return judgement
    }

    private static func weigh(_ question: ResolverObservation.Question, into judgement: inout Judgement) {
        switch question.outcome {
        case .failed(let reason): judgement.find(.unknown, "no question could be asked: \(reason)")
        case .answer(let answer) where !answer.isConclusive:
            // Nothing leaks: the resolver has no way of asking in plaintext.
            let explanation = answer.explanation.map { ": \($0)" } ?? ""
            judgement.find(
                .degraded,
                "a name that no cache holds was not resolved: `\(question.name)` was answered "
                    + "\(answer.responseCode)\(explanation)")
        case .answer(let answer) where answer.isFromCache:
            judgement.find(.unknown, "`\(question.name)` came from the cache, so that no upstream was asked")
        case .answer(let answer) where answer.upstream == nil:
            judgement.find(.unknown, "`\(question.name)` was answered by the resolver itself; ask another name")
        case .answer: break
        }
    }

    private static func confirmation(_ resolver: ResolverObservation) -> String {
        guard case .answer(let answer) = resolver.question.outcome, let name = answer.upstream else { return "" }
        let version = resolver.upstreams.first { $0.name == name }?.tls ?? "TLS"
        return "upstream `\(name)`, authenticated, answered over \(version)"
    }

    /// Programs that are sent past the resolver ask in plaintext, unless the kernel brings their questions back.
    private static func weighNameServers(_ observations: Observations, into judgement: inout Judgement) {
        let outside = (observations.nameServerConfiguration?.nameServers ?? []).filter { !$0.address.isLoopback }
        guard !outside.isEmpty else { return }
        let sends = "resolv.conf sends programs to \(outside.map { "\($0.address)" }.joined(separator: ", "))"
        switch capture(observations) {
        case .certain: break
        case .absent: judgement.find(.violated, "\(sends), in plaintext, and no table captures their questions")
        case .unseen: judgement.find(.unknown, "\(sends), and nobody tells whether their questions are captured")
        }
    }

    /// Whether plain questions to anybody come back to the resolver.
    private enum Capture: String {
        case certain
        case absent
        case unseen
    }

    private static func capture(_ observations: Observations) -> Capture {
        if let policy = observations.policy.answer {
            if policy.value == .enforced || policy.value == .degraded { return .certain }
            return policy.tableDigest == nil ? .absent : .unseen
        }
        if case .tableAbsent = observations.kernel { return .absent }
        return .unseen
    }

    private static func evidence(_ observations: Observations) -> JSONValue {
        var object: JSONObject = [
            "name-servers": observations.nameServerConfiguration.map { configuration in
                .array(configuration.nameServers.map { .string($0.description) })
            } ?? .null,
            "capture": .string(capture(observations).rawValue),
        ]
        switch observations.resolver {
        case .answered(let resolver): object["resolver"] = resolver.json
        case .silent(let reason): object["silent"] = .string(reason)
        }
        return .object(object)
    }
}
