internal import CLinux
internal import Glibc

/// The signals that programs here react to.
package enum Signal: CInt, CaseIterable, Sendable {
    case hangUp = 1
    case interrupt = 2
    case kill = 9
    case user1 = 10
    case brokenPipe = 13
    case terminate = 15
    case childStopped = 17
    case windowChanged = 28
}

/// Signals as something to read (signalfd). From its creation on they no longer interrupt the thread that created it,
/// nor the threads that this one starts later: create it first.
package struct SignalSource: ~Copyable {
    /// Readable when a signal has come.
    package let descriptor: Descriptor

    package init(_ signals: [Signal]) throws(SystemError) {
        let numbers = signals.map(\.rawValue)
        // The seam reads that many numbers.
        descriptor = Descriptor(owning: try check(unsafe enigm_signalfd(numbers, CInt(numbers.count)), "signalfd"))
    }

    /// Makes writing to a reader that has gone an error of that write and not the end of the process.
    package static func ignoreBrokenPipes() {
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
    }

    /// The next signal that has come.
    package func next() -> Signal? {
        while true {
            let number = enigm_signal_next(descriptor.rawValue)
            if number == 0 { return nil }
            if let signal = Signal(rawValue: number) { return signal }
        }
    }
}
