internal import LinuxIO
internal import NetworkTypes

/// The signals that end the lab, as something to wait for. Created before any thread and any child.
struct LabSignals: ~Copyable {
    private let source: SignalSource

    init() throws(LabFailure) {
        do throws(SystemError) {
            // A broken pipe is taken too, and then not looked at: a lab whose reader has gone must still tear down.
            source = try SignalSource([.interrupt, .terminate, .hangUp, .user1, .brokenPipe])
        } catch {
            throw .environment("\(error)")
        }
    }

    var descriptor: Descriptor {
        _read { yield source.descriptor }
    }

    /// The next signal that has come and means something.
    func next() -> Signal? {
        while let signal = source.next() {
            if signal != .brokenPipe { return signal }
        }
        return nil
    }

    /// Waits for one.
    func wait() throws(LabFailure) -> Signal {
        do throws(SystemError) {
            var loop = try EventLoop()
            try loop.add(source.descriptor, token: 0, for: .readable)
            while true {
                if let signal = next() { return signal }
                _ = try loop.wait(until: nil, now: MonotonicClock.now)
            }
        } catch {
            throw .environment("\(error)")
        }
    }
}
