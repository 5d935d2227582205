internal import NetworkTypes

/// A bundle that will be in force, or will be said to be, once it is on the disk.
struct PendingBundle: ~Copyable {
    /// Why it is to be in force.
    enum Reason {
        /// It is, since the start; that is told when a restart would find it.
        case start
        case reload(ReloadRequest)
    }

    let reason: Reason
    let accepted: AcceptedBundle
    /// Where clients could ask before it came.
    let endpointsBefore: Set<Endpoint>
    let confirmation: BundleConfirmation
}

/// Who wants a bundle to be read.
enum ReloadRequest {
    /// SIGHUP: that of the command line.
    case signal
    /// A caller, who waits for the outcome; an absolute path, or nil for the bundle of the command line.
    case control(ControlRequest, path: String?)

    var path: String? {
        if case .control(_, let path) = self { path } else { nil }
    }

    var isSignal: Bool {
        if case .signal = self { true } else { false }
    }
}
