import LinuxIO

/// Someone wants this to end. Asked wherever something takes time, so that servers are ended and files removed.
final class Interruption {
    struct Interrupted: Error {}

    private let signals: SignalSource

    /// Before any thread or process is started.
    init() throws(SystemError) {
        signals = try SignalSource([.hangUp, .interrupt, .terminate])
    }

    func check() throws(Interrupted) {
        if signals.next() != nil { throw Interrupted() }
    }
}
