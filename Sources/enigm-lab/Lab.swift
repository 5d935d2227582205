internal import LabPeers
internal import LinuxIO
internal import NetworkTypes

/// What is up, and in which order it goes down again.
struct Lab: ~Copyable {
    private let directory: LabDirectory
    private let programs: LabPrograms
    private let listeners: ResolverListeners
    private var profile: LabProfile?
    private var upstream: LabUpstream?
    private var resolver: ResolverProcess?

    init(in directory: consuming LabDirectory, programs: LabPrograms, listeners: ResolverListeners) {
        self.directory = directory
        self.programs = programs
        self.listeners = listeners
    }

    /// How long the resolver may take until its first answer; it needs some milliseconds.
    private static let readySeconds: UInt64 = 10
    /// How often it is asked meanwhile.
    private static let probeMilliseconds: UInt64 = 50

    /// The resolver of a real profile; its upstreams are the profile's.
    mutating func prepare(profile path: String) throws(LabFailure) {
        let profile = try LabProfile(path)
        try directory.write(try profile.compiled(), to: LabDirectory.bundleName)
        self.profile = profile
    }

    /// The lab's own profile, and the upstream that it speaks of.
    mutating func prepareEmbeddedUpstream(port: UInt16?) throws(LabFailure) {
        var profile = try LabProfile(try programs.labProfile())
        if let port { profile.setUpstreamPort(port) }
        profile.setUserToOwn()
        LabOutput.progress("making a throw-away certificate authority")
        let upstream = try LabUpstream(servingFor: profile)
        LabOutput.progress("upstream is up on \(upstream.server.endpoint)")
        try directory.write(Array(upstream.authority.utf8), to: LabDirectory.authorityName)
        let bundle = try profile.compiled(certificateAuthority: upstream.authority)
        try directory.write(bundle, to: LabDirectory.bundleName)
        self.upstream = upstream
        self.profile = profile
    }

    /// Starts the resolver, waits for its first answer, says what is up, and stays until a signal ends it.
    mutating func run(until signals: borrowing LabSignals) throws(LabFailure) {
        LabOutput.progress("starting enigm-resolverd")
        resolver = try ResolverProcess(
            programs.resolver, bundle: directory.path(LabDirectory.bundleName), listeners: listeners.endpoints,
            directory: directory.path)
        var watch = try LabWatch(signals)
        try resolver?.join(&watch)
        guard try waitForAnswer(&watch, signals) else { return }
        LabOutput.result(report.lines)
        while let signal = try next(&watch, signals, until: nil) {
            guard signal == .user1 else { return }
            upstream?.reportCounters()
        }
    }

    /// Last up, first down. A second signal changes nothing: this takes a moment at most.
    mutating func tearDown() {
        resolver?.stop()
        upstream?.server.stop()
        directory.clear()
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

    /// The next signal, or nil when something else happened or the time is over; throws when the resolver has ended.
    private mutating func next(
        _ watch: inout LabWatch, _ signals: borrowing LabSignals, until deadline: MonotonicInstant?
    ) throws(LabFailure) -> Signal? {
        repeat {
            let sources = try watch.wait(until: deadline)
            resolver?.forwardLog()
            // A signal first: Ctrl-C reaches the resolver too, and its end is then no surprise.
            if let signal = signals.next() { return signal }
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
            control: programs.control)
    }
}
