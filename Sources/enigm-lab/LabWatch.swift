internal import LinuxIO
internal import NetworkTypes

/// Everything that the running lab waits for.
struct LabWatch: ~Copyable {
    struct Sources: OptionSet {
        let rawValue: UInt64

        static let signals = Sources(rawValue: 1)
        static let resolverExit = Sources(rawValue: 2)
        static let daemonLog = Sources(rawValue: 4)
        static let probe = Sources(rawValue: 8)
        static let policyExit = Sources(rawValue: 16)
    }

    private var loop: EventLoop

    init(_ signals: borrowing LabSignals) throws(LabFailure) {
        do throws(SystemError) {
            let loop = try EventLoop()
            try loop.add(signals.descriptor, token: Sources.signals.rawValue, for: .readable)
            self.loop = loop
        } catch {
            throw .environment("\(error)")
        }
    }

    func add(_ descriptor: borrowing Descriptor, _ source: Sources) throws(LabFailure) {
        do throws(SystemError) { try loop.add(descriptor, token: source.rawValue, for: .readable) } catch {
            throw .environment("\(error)")
        }
    }

    func remove(_ descriptor: borrowing Descriptor) throws(LabFailure) {
        do throws(SystemError) { try loop.remove(descriptor) } catch { throw .environment("\(error)") }
    }

    /// What has something to say; nothing when the time is over.
    mutating func wait(until deadline: MonotonicInstant?) throws(LabFailure) -> Sources {
        do throws(SystemError) {
            let count = try loop.wait(until: deadline, now: MonotonicClock.now)
            return (0..<count).reduce(into: []) { $0.insert(Sources(rawValue: loop[$1].token)) }
        } catch {
            throw .environment("\(error)")
        }
    }
}
