import TestSupport

/// One of the scripts that the project has for `enigm-lab upstream`, and what has to come of it.
struct LabScript: CustomStringConvertible {
    enum Outcome: Equatable {
        /// Each question is answered rightly, as long as one waits for the other.
        case answers
        /// No question can be answered.
        case failures
        /// Some are.
        case either
    }

    let name: String
    let outcome: Outcome
    /// The only transport that it is about; nil for both.
    let transport: Transport?

    enum Transport: String, CaseIterable {
        case dot
        case doh
    }

    var path: String { "\(LabScript.directory)/\(name).script" }
    var description: String { name }
    /// What a resolver asks it for: nobody else is asked for names in there.
    var zone: String { "\(name.filter { $0 != "." }).wild.lab.example" }

    static let directory = "\(Repository.root)/lab-scripts"

    /// Every file of the directory; nil for one that is missing in the table below.
    static let all: [(name: String, script: LabScript?)] = TextFile.names(in: directory).sorted().map { file in
        let name = String(file.dropLast(".script".count))
        return (name, LabScript(name))
    }

    static func scripts(over transport: Transport) -> [LabScript] {
        all.compactMap(\.script).filter { $0.transport ?? transport == transport }
    }

    private init?(_ name: String) {
        guard let outcome = LabScript.outcomes[name] else { return nil }
        self.name = name
        self.outcome = outcome
        let text = TextFile.text(of: "\(LabScript.directory)/\(name).script")
        transport = Transport.allCases.first { text.contains("transport \($0.rawValue)") }
    }

    private static let outcomes: [String: Outcome] = [
        "asks-for-closing": .answers,
        "certificate-expired": .failures,
        "certificate-for-another-name": .failures,
        "certificate-not-yet-valid": .failures,
        "certificate-of-a-foreign-authority": .failures,
        "certificate-self-signed": .failures,
        "certificate-through-an-intermediate": .answers,
        "closes-after-each-answer": .answers,
        "closes-instead-of-an-answer": .answers,
        "closes-when-idle": .answers,
        "cuts-after-each-answer": .answers,
        "cuts-within-an-answer": .answers,
        "disowns-requests": .answers,
        "every-other-connection-stalls": .answers,
        "foreign-records": .answers,
        "garbage": .failures,
        "garbage-around-answers": .either,
        "goes-away": .answers,
        "half-messages": .failures,
        "ignores-some": .answers,
        "keepalive-nonsense": .answers,
        "keeps-connections-shortly": .answers,
        "long-tail": .answers,
        "lossy": .answers,
        "noise-after-answers": .answers,
        "noise-before-answers": .answers,
        "noise-instead-of-tls": .failures,
        "one-byte-a-second": .failures,
        "one-stream": .answers,
        "oversized": .failures,
        "redirects": .failures,
        "refuses": .failures,
        "repeats": .answers,
        "resets-after-some-answers": .answers,
        "resets-at-once": .failures,
        "resets-streams": .either,
        "resets-when-idle": .answers,
        "resets-within-an-answer": .answers,
        "servfail": .failures,
        "silent": .failures,
        "slow": .answers,
        "slow-after-some-answers": .answers,
        "slower-than-anybody-waits": .failures,
        "stops-answering": .answers,
        "stops-within-an-answer": .answers,
        "tls-1.1": .failures,
        "tls-1.2-without-tickets": .answers,
        "truncated": .failures,
        "unavailable": .failures,
        "web-page": .failures,
        "wrong-id": .either,
        "wrong-id-first": .answers,
        "wrong-question": .failures,
        "wrong-question-first": .either,
    ]
}
