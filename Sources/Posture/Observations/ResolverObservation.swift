package import CanonicalJSON
package import Cryptography

/// What `enigm-resolverd` said of itself, and what came of a question that was really asked.
package struct ResolverObservation: Equatable, Sendable {
    package var bundleDigest: SHA256Digest?
    package var profile: String
    package var profileVersion: Int64
    /// In what it says that it falls short of the profile.
    package var degraded: [String]
    package var upstreams: [Upstream]
    package var question: Question

    /// An upstream as the resolver counts it.
    package struct Upstream: Equatable, Sendable {
        package var name: String
        /// `idle`, `healthy` or `failing`.
        package var state: String
        package var answered: Int64
        package var failed: Int64
        package var lastFailure: String?
        /// Such as `TLS 1.3`; nil when the resolver does not tell.
        package var tls: String?
    }

    /// A question that no cache can hold the answer of, and its outcome.
    package struct Question: Equatable, Sendable {
        package var name: String
        package var outcome: Outcome

        package enum Outcome: Equatable, Sendable {
            case answer(Answer)
            /// It could not even be asked.
            case failed(String)
        }
    }

    package struct Answer: Equatable, Sendable {
        /// Such as `NXDOMAIN`.
        package var responseCode: String
        package var isFromCache: Bool
        /// Who was asked; nil when the resolver answered from its own knowledge, or failed.
        package var upstream: String?
        package var milliseconds: Double
        /// The extended error's words.
        package var explanation: String?
    }

    /// From the replies of `Stats` and `Query` of `io.enigm.resolver`.
    package init(statistics: JSONObject, question name: String, outcome: Question.Outcome) {
        bundleDigest = statistics["bundleDigest"]?.string.flatMap { SHA256Digest(hexadecimal: $0) }
        profile = statistics["profile"]?.string ?? ""
        profileVersion = statistics["profileVersion"]?.integer ?? 0
        degraded = (statistics["degraded"]?.array ?? []).compactMap(\.string)
        upstreams = (statistics["upstreams"]?.array ?? []).compactMap(\.object).map(Upstream.init)
        question = Question(name: name, outcome: outcome)
    }

    /// The evidence: what was asked, what came back, and how the upstreams are.
    var json: JSONValue {
        [
            "bundle-digest": bundleDigest.map { .string($0.hexadecimal) } ?? .null,
            "profile": .string(profile), "profile-version": .integer(profileVersion),
            "degraded": .array(degraded.map { .string($0) }), "upstreams": .array(upstreams.map(\.json)),
            "question": question.json,
        ]
    }
}

extension ResolverObservation.Upstream {
    /// From the reply of `Stats`.
    package init(_ object: JSONObject) {
        self.init(
            name: object["name"]?.string ?? "", state: object["state"]?.string ?? "",
            answered: object["answered"]?.integer ?? 0, failed: object["failed"]?.integer ?? 0,
            lastFailure: object["lastFailure"]?.string, tls: object["tls"]?.object?["version"]?.string)
    }

    fileprivate var json: JSONValue {
        [
            "name": .string(name), "state": .string(state), "answered": .integer(answered),
            "failed": .integer(failed), "last-failure": lastFailure.map { .string($0) } ?? .null,
            "tls": tls.map { .string($0) } ?? .null,
        ]
    }
}

extension ResolverObservation.Answer {
    /// From the reply of `Query`.
    package init(_ reply: JSONObject) {
        let error = reply["extendedError"]?.object
        self.init(
            responseCode: reply["rcode"]?.string ?? "", isFromCache: reply["fromCache"]?.bool ?? false,
            upstream: reply["upstream"]?.string, milliseconds: reply["milliseconds"]?.double ?? 0,
            explanation: error?["text"]?.string ?? error?["purpose"]?.string)
    }

    /// Whether the answer tells about the name, as opposed to a failure.
    var isConclusive: Bool { responseCode == "NOERROR" || responseCode == "NXDOMAIN" }
}

extension ResolverObservation.Question {
    fileprivate var json: JSONValue {
        switch outcome {
        case .failed(let reason): ["name": .string(name), "failure": .string(reason)]
        case .answer(let answer):
            [
                "name": .string(name), "response-code": .string(answer.responseCode),
                "from-cache": .bool(answer.isFromCache),
                "upstream": answer.upstream.map { .string($0) } ?? .null,
                "milliseconds": .double(answer.milliseconds),
                "explanation": answer.explanation.map { .string($0) } ?? .null,
            ]
        }
    }
}
