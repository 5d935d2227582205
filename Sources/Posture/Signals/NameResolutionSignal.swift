internal import CanonicalJSON
internal import NetworkTypes

/// `secure-name-resolution`: a question was really asked, and an authenticated upstream answered it.
enum NameResolutionSignal {
    private static let method =
        "asked a name that no cache holds through the resolver's control socket, looked at its upstreams and at "
        + "resolv.conf"

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
        if let bypass = bypass(observations) { judgement.find(.violated, bypass) }
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
                "`\(question.name)` was answered \(answer.responseCode)\(explanation); names that are not cached are "
                    + "not resolved")
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

    /// Programs are sent past the resolver, and no rule of the kernel brings their questions back.
    private static func bypass(_ observations: Observations) -> String? {
        guard let servers = observations.nameServers else { return nil }
        let outside = servers.filter { !$0.address.isLoopback }
        guard !outside.isEmpty, !isCaptured(observations.policy.answer) else { return nil }
        let list = outside.map { "\($0.address)" }.joined(separator: ", ")
        return "resolv.conf sends programs to \(list), in plaintext, and no table captures their questions"
    }

    private static func isCaptured(_ policy: PolicyObservation?) -> Bool {
        policy.map { $0.value == .enforced || $0.value == .degraded } ?? false
    }

    private static func evidence(_ observations: Observations) -> JSONValue {
        var object: JSONObject = [
            "name-servers": observations.nameServers.map { servers in
                .array(servers.map { .string($0.address.description) })
            } ?? .null,
            "captured": .bool(isCaptured(observations.policy.answer)),
        ]
        switch observations.resolver {
        case .answered(let resolver): object["resolver"] = resolver.json
        case .silent(let reason): object["silent"] = .string(reason)
        }
        return .object(object)
    }
}
