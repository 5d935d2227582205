internal import CanonicalJSON
internal import NetworkTypes

/// `security-service`: both daemons live, and hold no right beyond the one that their work takes.
enum SecurityServiceSignal {
    private static let method =
        "called both control sockets, and read the rights of the processes behind them in /proc/PID/status"
    private static let networkAdministration: UInt64 = 1 << 12

    /// A daemon and the most that it may hold.
    private struct Service {
        let program: String
        /// capabilities(7), one bit each.
        let mayHold: UInt64
        let mayBeRoot: Bool
        let silence: String?
        let process: ProcessObservation?
    }

    static func judge(_ observations: Observations) -> Judgement {
        let services = services(observations)
        let evidence = evidence(services)
        guard services.contains(where: { $0.silence == nil }) else {
            return .unknown("neither daemon answers", method: method, evidence: evidence)
        }
        var judgement = Judgement(
            confirmation: "both daemons answer, `enigm-resolverd` without capabilities, `enigm-policyd` with "
                + "CAP_NET_ADMIN at most", method: method, evidence: evidence)
        for service in services { weigh(service, into: &judgement) }
        let starts = services.compactMap { $0.process?.startedAt }
        if judgement.value == .enforced { judgement.knownSince = starts.max() }
        return judgement
    }

    private static func weigh(_ service: Service, into judgement: inout Judgement) {
        let program = "`\(service.program)`"
        if let silence = service.silence { return judgement.find(.degraded, "\(program) does not answer: \(silence)") }
        guard let process = service.process else {
            return judgement.find(.unknown, "the rights of \(program) cannot be seen")
        }
        let excess = process.held & ~service.mayHold
        if excess != 0 {
            judgement.find(.violated, "\(program) holds capabilities that it must not: \(String(excess, radix: 16))")
        }
        if !process.hasNoNewPrivileges { judgement.find(.degraded, "\(program) could gain rights by exec") }
        if process.user == 0, !service.mayBeRoot {
            judgement.find(.degraded, "\(program) runs as root, if without capabilities; give it a user of its own")
        }
    }

    private static func services(_ observations: Observations) -> [Service] {
        [
            Service(
                program: "enigm-resolverd", mayHold: 0, mayBeRoot: false, silence: silence(observations.resolver),
                process: observations.resolverProcess),
            Service(
                program: "enigm-policyd", mayHold: networkAdministration, mayBeRoot: true,
                silence: silence(observations.policy), process: observations.policyProcess),
        ]
    }

    private static func silence<Answer>(_ reply: Reply<Answer>) -> String? {
        if case .silent(let reason) = reply { reason } else { nil }
    }

    private static func evidence(_ services: [Service]) -> JSONValue {
        .object(
            JSONObject(
                services.map { service in
                    let process = service.process?.json ?? .null
                    let silence = service.silence.map { JSONValue.string($0) } ?? .null
                    return (service.program, ["silent": silence, "process": process])
                }))
    }
}
