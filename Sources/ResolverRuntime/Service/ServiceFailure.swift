internal import LinuxIO
internal import NetworkTypes
internal import ServiceHost

/// Why the daemon does not start, or a reload is refused: the world's fault, told in one line that says what to do.
enum ServiceFailure: Error {
    /// For reasons that every daemon here shares.
    case host(HostFailure)
    case bundleUnusable(path: String, AdoptionError)
    case listen(Endpoint, SystemError)
    case noListeners
    /// Asked for something that takes effect later, which will not be.
    case stopping

    static func system(_ error: SystemError) -> ServiceFailure { .host(.system(error)) }

    /// Runs something that asks the kernel.
    static func ofSystem<Value: ~Copyable>(
        _ body: () throws(SystemError) -> Value
    ) throws(ServiceFailure) -> Value {
        do { return try body() } catch { throw .system(error) }
    }

    /// Runs something that the shared parts of daemons do.
    static func ofHost<Value: ~Copyable>(
        _ body: () throws(HostFailure) -> Value
    ) throws(ServiceFailure) -> Value {
        do { return try body() } catch { throw .host(error) }
    }
}

extension ServiceFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .host(let failure): failure.description
        case .bundleUnusable(let path, let error): "bundle `\(path)` refused: \(error)"
        case .listen(let endpoint, let error): "cannot listen on `\(endpoint)`: \(ServiceFailure.advice(error))"
        case .noListeners: "nowhere to listen: the profile names no address and --listen is not given"
        case .stopping: "the daemon is stopping; ask again when it has been started"
        }
    }

    private static func advice(_ error: SystemError) -> String {
        if error.isAddressInUse { return "\(error.reason); stop the program that has it, or choose another port" }
        if error.isPermissionDenied {
            return "\(error.reason); ports below 1024 need CAP_NET_BIND_SERVICE or a socket from the service manager"
        }
        if error.isAddressNotAvailable { return "\(error.reason); this machine has no such address" }
        return error.reason
    }
}
