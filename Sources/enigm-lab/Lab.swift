internal import LabPeers
internal import LinuxIO
internal import NetworkTypes

/// What is up, and in which order it goes down again.
struct Lab: ~Copyable {
    private let directory: LabDirectory
    private let programs: LabPrograms
    private let listeners: ResolverListeners
    private let isNamedByPort: Bool
    private var leavesTableOpen = false
    private var profile: LabProfile?
    private var caretaker: Caretaker?
    private var ground: LabGround?
    private var groundName: String?
    private var upstream: LabUpstream?
    private var greeter: GreeterThread?
    private var policy: DaemonProcess?
    private var resolver: DaemonProcess?

    /// `isNamedByPort`: the directory can be found by the resolver's port.
    init(
        in directory: consuming LabDirectory, programs: LabPrograms, listeners: ResolverListeners, isNamedByPort: Bool
    ) {
        self.directory = directory
        self.programs = programs
        self.listeners = listeners
        self.isNamedByPort = isNamedByPort
    }

    /// How long a daemon may take until it serves; it needs some milliseconds.
    private static let readySeconds: UInt64 = 10
    /// How often it is asked meanwhile.
    private static let probeMilliseconds: UInt64 = 50

    /// The resolver of a real profile; its upstreams are the profile's.
    mutating func prepare(profile path: String) throws(LabFailure) {
        try startCaretaker(alsoRemoving: [])
        let profile = try LabProfile(path)
        try directory.write(try profile.compiled(), to: LabDirectory.bundleName)
        self.profile = profile
    }

    /// The lab's own profile, and the upstream that it speaks of; with a ground to enforce it on where there can be one.
    mutating func prepareOwn(port: UInt16?, wantsGround: Bool, leavesTableOpen: Bool) throws(LabFailure) {
        var profile = try LabProfile(try programs.labProfile())
        self.leavesTableOpen = leavesTableOpen
        if wantsGround { ground = makeGround(resolverUser: profile.resolverUser) }
        let names = ground == nil ? [] : LabNames.sharedNames()
        try startCaretaker(alsoRemoving: names.map(LabNames.path(ofShared:)))
        if let ground {
            try LabNames.give(to: ground, in: directory, shared: names)
            groundName = names.first
            profile.setUpstream(LabGround.upstream)
        } else {
            profile.setUserToOwn()
        }
        if let port { profile.setUpstreamPort(port) }
        try startUpstream(for: profile)
    }

    /// Behind the ground: what is to be removed may belong to the second identity of its user namespace.
    private mutating func startCaretaker(alsoRemoving names: [String]) throws(LabFailure) {
        LabNames.sweep()
        caretaker = try Caretaker(removing: directory.belongings + names)
    }

    private func makeGround(resolverUser: String) -> LabGround? {
        do {
            let ground = try LabGround(programs, resolverUser: resolverUser)
            if ground.identities.resolver == nil {
                LabOutput.progress(
                    "one identity only (\(ground.identities.obstacle)): the resolver stands outside of the device, "
                        + "where the rules need not tell it from you; captured queries find nobody")
            }
            return ground
        } catch {
            LabOutput.progress("nothing is enforced, there is no ground for it: \(error)")
            return nil
        }
    }

    private mutating func startUpstream(for profile: LabProfile) throws(LabFailure) {
        LabOutput.progress("making a throw-away certificate authority")
        let site = try profile.embeddedUpstream()
        let upstream: LabUpstream
        if let ground {
            upstream = try ground.upstream(serving: site)
            greeter = try ground.greeter()
        } else {
            upstream = try LabUpstream(serving: site)
        }
        LabOutput.progress("upstream is up on \(upstream.server.endpoint)")
        try directory.write(Array(upstream.authority.utf8), to: LabDirectory.authorityName)
        let bundle = try profile.compiled(certificateAuthority: upstream.authority)
        try directory.write(bundle, to: LabDirectory.bundleName)
        self.upstream = upstream
        self.profile = profile
    }

    /// Starts the daemons, waits for the first answer, says what is up, and stays until a signal ends it.
    mutating func run(until signals: borrowing LabSignals) throws(LabFailure) {
        var watch = try LabWatch(signals)
        guard try startEnforcer(&watch, signals) else { return }
        try startResolver(&watch)
        guard try waitForAnswer(&watch, signals) else { return }
        LabOutput.result(report.lines)
        while let signal = try next(&watch, signals, until: nil) {
            guard signal == .user1 else { return }
            upstream?.reportCounters()
        }
    }

    /// The enforcer comes before the resolver; false when a signal came first.
    private mutating func startEnforcer(
        _ watch: inout LabWatch, _ signals: borrowing LabSignals
    ) throws(LabFailure) -> Bool {
        guard let ground else { return true }
        if let identity = ground.identities.resolver { try directory.share(with: identity.group) }
        LabOutput.progress("starting enigm-policyd")
        let request = LabDaemons.policy(programs, directory, on: ground, leavesTableOpen: leavesTableOpen)
        policy = try DaemonProcess("enigm-policyd", request)
        try policy?.join(&watch, exit: .policyExit)
        return try waitForEnforcer(&watch, signals)
    }

    private mutating func startResolver(_ watch: inout LabWatch) throws(LabFailure) {
        LabOutput.progress("starting enigm-resolverd")
        let request = LabDaemons.resolver(programs, directory, sockets: listeners.sockets, on: ground)
        resolver = try DaemonProcess("enigm-resolverd", request)
        try resolver?.join(&watch, exit: .resolverExit)
    }

    /// Last up, first down. A second signal changes nothing: this takes a moment at most.
    mutating func tearDown() {
        resolver?.stop()
        policy?.stop()
        greeter?.stop()
        upstream?.server.stop()
        caretaker?.finish()
    }

    /// From then on whoever asks the enforcer waits until its rules are in force; false when a signal came first.
    private mutating func waitForEnforcer(
        _ watch: inout LabWatch, _ signals: borrowing LabSignals
    ) throws(LabFailure) -> Bool {
        let socket = directory.path(LabDirectory.policySocket)
        let limit = MonotonicClock.now.advanced(bySeconds: Lab.readySeconds)
        while !FileContents.exists(socket) {
            guard MonotonicClock.now < limit else {
                throw .environment("enigm-policyd does not listen at `\(socket)` after \(Lab.readySeconds) s")
            }
            let pause = MonotonicClock.now.advanced(byMilliseconds: Lab.probeMilliseconds)
            if let signal = try next(&watch, signals, until: pause), signal != .user1 { return false }
        }
        return true
    }

    /// Asks until there is an answer; false when a signal came first.
    private mutating func waitForAnswer(
        _ watch: inout LabWatch, _ signals: borrowing LabSignals
    ) throws(LabFailure) -> Bool {
        var probe = try ReadinessProbe(listeners.endpoints[0], wantingAddresses: upstream != nil)
        try watch.add(probe.descriptor, .probe)
        let limit = MonotonicClock.now.advanced(bySeconds: Lab.readySeconds)
        LabOutput.progress("waiting for the first answer")
        while !probe.isAnswered {
            guard MonotonicClock.now < limit else { throw notReady(probe.lastTrouble) }
            try probe.ask()
            let pause = MonotonicClock.now.advanced(byMilliseconds: Lab.probeMilliseconds)
            if let signal = try next(&watch, signals, until: pause), signal != .user1 { return false }
            try probe.listen()
        }
        try watch.remove(probe.descriptor)
        return true
    }

    /// The next signal, or nil when something else happened or the time is over; throws when a daemon has ended.
    private mutating func next(
        _ watch: inout LabWatch, _ signals: borrowing LabSignals, until deadline: MonotonicInstant?
    ) throws(LabFailure) -> Signal? {
        repeat {
            let sources = try watch.wait(until: deadline)
            resolver?.forwardLog()
            policy?.forwardLog()
            // A signal first: Ctrl-C reaches the daemons too, and their end is then no surprise.
            if let signal = signals.next() { return signal }
            if sources.contains(.policyExit) { throw policy?.obituary() ?? .environment("no enforcer") }
            if sources.contains(.resolverExit) { throw resolver?.obituary() ?? .environment("no resolver") }
        } while deadline == nil
        return nil
    }

    private func notReady(_ trouble: String) -> LabFailure {
        .environment("enigm-resolverd gave no answer within \(Lab.readySeconds) s: \(trouble)")
    }

    private var report: LabReport {
        LabReport(
            profile: profile, upstream: upstream, listeners: listeners.endpoints, directory: directory.path,
            isNamedByPort: isNamedByPort, programs: programs,
            device: ground.map {
                LabReport.Device(
                    name: groundName, posture: $0.posture(programs, directory),
                    hasResolver: $0.identities.resolver != nil, isTableOpen: leavesTableOpen)
            })
    }
}
