internal import Bundle
internal import CanonicalJSON
internal import LinuxIO
internal import NetfilterBackend
internal import NetworkTypes
internal import Ruleset
internal import ServiceHost

/// A portal that is open, as far as this daemon knows; the kernel closes it without it.
struct OpenPortal: Equatable {
    let subject: String
    /// By a clock that goes on while the machine sleeps, which the kernel's does not.
    let deadline: MonotonicInstant
    let resolvers: [IPAddress]
    /// The devices of `direct` that were on when it was opened: the link is that of one of them.
    let devices: Set<String>

    static func secondsLeft(until deadline: MonotonicInstant) -> UInt64 {
        (deadline.nanoseconds(since: MonotonicClock.now) + 999_999_999) / 1_000_000_000
    }
}

// The way through a captive portal. Nothing but a call opens it or makes it last.
extension PolicyKeeper {
    /// More than a clock and a transaction differ by.
    private static let toleranceMilliseconds: UInt64 = 2_000

    /// `seconds`: less than the profile says. What was open is open anew.
    mutating func openPortal(
        resolvers: [IPAddress], seconds: UInt64?, caller: UInt32, now: MonotonicInstant
    ) throws(PolicyFailure) {
        let (settings, table) = try portalSettings()
        if let problem = resolvers.lazy.compactMap(\.obstacleAsLinkResolver).first { throw .portal(problem) }
        let longest = UInt64(settings.minutes) * 60
        if let seconds, seconds > longest {
            throw .portal("the profile opens it for \(settings.minutes) minutes at most")
        }
        let seconds = seconds ?? longest
        try portalHasClosed("opened anew")
        // On the disk before it is so.
        try record(
            .portalOpened,
            [
                "subject": .string(settings.subject), "seconds": .count(seconds), "caller": .count(UInt64(caller)),
                "resolvers": .array(resolvers.map { .string($0.description) }),
            ])
        try refreshMachine()
        do {
            try enforcer.open(settings, resolvers: resolvers, milliseconds: seconds * 1_000, in: table)
        } catch {
            try record(.portalClosed, ["reason": .string(String(error.description.prefix(1024)))])
            throw error
        }
        portal = OpenPortal(
            subject: settings.subject, deadline: now.advanced(bySeconds: seconds), resolvers: resolvers.sorted(),
            devices: upDirectDevices)
        announcePortal()
        log.write(.notice, "the portal is open for `\(settings.subject)`, for \(seconds) s")
        try inspect(commits: [], now: now)
    }

    /// False when it was closed already.
    mutating func closePortal(_ reason: String) throws(PolicyFailure) -> Bool {
        let (settings, table) = try portalSettings()
        let wasOpen = try enforcer.portalWindow(in: table) != nil
        if wasOpen { try enforcer.closePortal(in: table) }
        enforcer.forgetPortalFlows(settings, epoch: memory.epoch.current)
        try portalHasClosed(reason)
        return wasOpen
    }

    /// The parameters of `Portal`, as the kernel has it now.
    func portalReport() throws(PolicyFailure) -> JSONObject {
        guard let policy, let settings = policy.settings.portal, let table = tables?.main else {
            return ["isOpen": false, "resolvers": []]
        }
        let window = try enforcer.portalWindow(in: table)
        var object: JSONObject = [
            "isOpen": .bool(window != nil), "subject": .string(settings.subject),
            "minutes": .integer(Int64(settings.minutes)),
            "resolvers": .array((window?.resolvers ?? []).map { .string($0.description) }),
            "resolverFile": .string(portalFile.path),
        ]
        object["secondsLeft"] = window.map { .count(($0.remainingMilliseconds + 999) / 1_000) }
        return object
    }

    /// After a start with the very table of before: what was opened then closes when it was to.
    mutating func adoptPortal(now: MonotonicInstant) throws(PolicyFailure) {
        guard let settings = policy?.settings.portal, let table = tables?.main else { return }
        if let window = try enforcer.portalWindow(in: table) {
            guard window.remainingMilliseconds <= UInt64(settings.minutes) * 60_000 else {
                _ = try closePortal("it would stay open for longer than the profile says")
                return announcePortal()
            }
            portal = OpenPortal(
                subject: settings.subject, deadline: now.advanced(byMilliseconds: window.remainingMilliseconds),
                resolvers: window.resolvers, devices: upDirectDevices)
        }
        announcePortal()
    }

    /// Where another program can change our sets, it may have opened or closed it.
    mutating func inspectPortal(now: MonotonicInstant) throws(PolicyFailure) {
        guard policy?.settings.portal != nil, let table = tables?.main else { return }
        let window = try enforcer.portalWindow(in: table)
        let remaining = portal.map { $0.deadline.nanoseconds(since: now) / 1_000_000 } ?? 0
        if let window {
            guard
                window.remainingMilliseconds > remaining + PolicyKeeper.toleranceMilliseconds
                    || window.resolvers != portal?.resolvers
            else { return }
            _ = try closePortal("another program opened it, or changed what it opens")
        } else if portal != nil {
            try portalHasClosed(
                remaining > PolicyKeeper.toleranceMilliseconds ? "another program closed it" : "its time is over")
        }
    }

    /// The link is no longer the one that it was opened on.
    mutating func followPortalDevices() {
        guard let portal, !portal.devices.isSubset(of: upDirectDevices) else { return }
        do { _ = try closePortal("a device went down") } catch { fail(error) }
    }

    mutating func portalDeadlineReached(now: MonotonicInstant) {
        guard let portal, portal.deadline <= now else { return }
        do { _ = try closePortal("its time is over") } catch { fail(error) }
    }

    /// Tells everybody who has to know; nothing where it was closed.
    mutating func portalHasClosed(_ reason: String) throws(PolicyFailure) {
        guard let open = portal else { return }
        portal = nil
        announcePortal()
        log.write(.notice, "the portal is closed for `\(open.subject)`: \(reason)")
        try record(.portalClosed, ["subject": .string(open.subject), "reason": .string(reason)], isUrgent: true)
    }

    /// In the state, and in the file of the portal's unit.
    mutating func announcePortal() {
        state.take(portal: portal.map { ($0.subject, $0.deadline) })
        guard policy?.settings.portal != nil else { return }
        do {
            if let portal {
                try portalFile.write(resolvers: portal.resolvers)
            } else {
                try portalFile.writeClosed()
            }
        } catch {
            log.write(.warning, "the portal's unit keeps its old resolvers: \(error)")
        }
    }

    private func portalSettings() throws(PolicyFailure) -> (PortalSettings, Table) {
        guard let settings = policy?.settings.portal, let table = tables?.main else {
            throw .portal("the profile in force has no portal")
        }
        return (settings, table)
    }

    private mutating func refreshMachine() throws(PolicyFailure) {
        if let policy { try refreshMachine(for: policy) }
    }

    /// What it may leave by.
    private var upDirectDevices: Set<String> {
        let direct = Set(tables?.main.set(EnforcedTables.directDevices)?.elements ?? [])
        return machine.upDevices.filter { direct.contains(SetElement(FieldValue(interfaceName: $0))) }
    }
}

extension IPAddress {
    /// Why it can be nobody's resolver on a link; nil when it can.
    fileprivate var obstacleAsLinkResolver: String? {
        let (isOne, needsLink): (Bool, Bool) =
            switch self {
            case .v4(let address):
                (address.bits >> 28 < 14 && address.bits >> 24 != 0 && !isLoopback, false)
            case .v6(let address):
                (
                    address.high >> 56 != 0xFF && self != .v6(.unspecified) && !isLoopback,
                    AddressClassification(address) == .linkLocal
                )
            }
        guard isOne else { return "`\(self)` is no address of a resolver" }
        return needsLink ? "`\(self)` is an address on a link alone: name the resolver by another one" : nil
    }
}
