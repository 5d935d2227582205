internal import LinuxIO
internal import NetworkTypes

/// How it stands with the policy, and since when.
struct PolicyState {
    enum Value: String {
        /// Nothing was put in force yet.
        case unknown
        case enforced
        /// In force, and short of what the profile asks for.
        case degraded
        /// The kernel holds something else, or this machine does not let the profile keep a promise.
        case violated
    }

    private(set) var value = Value.unknown
    private(set) var since = WallClock.now
    /// In what this machine falls short of the profile.
    private(set) var findings: [Finding] = []
    private var violation: String?
    /// Why the bundle of the command line is not the one in force.
    var setAside: String?
    /// Whose portal is open, and until when.
    private var portal: (subject: String, deadline: MonotonicInstant)?
    /// Whether the resolver runs the same bundle; nil before it was asked.
    private(set) var resolver: ResolverHandover.Outcome?
    /// Whether the kernel can delete forbidden UDP flows by their mark.
    private var deletesFlows = true

    var reasons: [String] {
        if let violation { return [violation] }
        return portalReasons + findings.map(\.line) + (setAside.map { [$0] } ?? [])
            + (resolver?.reason.map { [$0] } ?? [])
            + (deletesFlows ? [] : ["this kernel cannot forget UDP flows by mark: old ones end when they are idle"])
    }

    /// `since`: nil to keep the time when the value stays.
    mutating func enforced(_ findings: [Finding], since: UTCInstant?) {
        self.findings = findings
        violation = nil
        become(worst, at: since ?? WallClock.now)
    }

    /// Answers whether that is news.
    mutating func take(_ outcome: ResolverHandover.Outcome) -> Bool {
        defer {
            resolver = outcome
            reconsider()
        }
        return resolver != outcome
    }

    mutating func take(deletesFlows: Bool) {
        self.deletesFlows = deletesFlows
        reconsider()
    }

    /// The same policy, on a machine that has changed.
    mutating func take(_ findings: [Finding]) {
        self.findings = findings
        reconsider()
    }

    mutating func take(portal: (subject: String, deadline: MonotonicInstant)?) {
        self.portal = portal
        reconsider()
    }

    private var portalReasons: [String] {
        guard let portal else { return [] }
        let seconds = OpenPortal.secondsLeft(until: portal.deadline)
        return ["the portal is open for `\(portal.subject)`, for another \(seconds / 60) min \(seconds % 60) s"]
    }

    private mutating func reconsider() {
        guard violation == nil, value != .unknown else { return }
        become(worst, at: WallClock.now)
    }

    /// While the kernel holds what it should.
    private var worst: Value {
        if findings.contains(where: { $0.weight == .violated }) { return .violated }
        return reasons.isEmpty ? .enforced : .degraded
    }

    mutating func violated(_ reason: String, at moment: UTCInstant) {
        violation = reason
        become(.violated, at: moment)
    }

    private mutating func become(_ new: Value, at moment: UTCInstant) {
        if new != value { since = moment }
        value = new
    }
}
