internal import Bundle
internal import Cryptography
internal import LinuxIO
internal import NetworkTypes

/// Why the daemon does not start, or a reload is refused: the world's fault, told in one line that says what to do.
enum ServiceFailure: Error {
    case bundleUnreadable(FileContents.ReadError)
    case bundleRefused(path: String, BundleError)
    case bundleUnusable(path: String, AdoptionError)
    case rollback(path: String, version: UInt64, floor: UInt64)
    case keyUnreadable(FileContents.ReadError)
    case keyInvalid(path: String, KeyError)
    case stateUnreadable(path: String)
    case directory(SystemError)
    case directoryNotWritable(String)
    case listen(Endpoint, SystemError)
    case noListeners
    case alreadyRunning(runtimeDirectory: String)
    case controlSocket(path: String, SystemError)
    case system(SystemError)
}

extension ServiceFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .bundleUnreadable(let error): "cannot read the bundle: \(error)"
        case .bundleRefused(let path, let error): "bundle `\(path)` refused: \(error)"
        case .bundleUnusable(let path, let error): "bundle `\(path)` refused: \(error)"
        case .rollback(let path, let version, let floor):
            "bundle `\(path)` refused: profile version \(version) is older than \(floor), which was in force before; "
                + "to go back, say --allow-rollback"
        case .keyUnreadable(let error): "cannot read the trusted key: \(error)"
        case .keyInvalid(let path, let error): "`\(path)` is no Ed25519 public key: \(error)"
        case .stateUnreadable(let path): "`\(path)` is damaged; remove it to accept any profile version again"
        case .directory(let error): "cannot \(error.call): \(error.reason)"
        case .directoryNotWritable(let path):
            "cannot write to directory `\(path)`: change its owner, or choose another with --runtime-dir or --state-dir"
        case .listen(let endpoint, let error): "cannot listen on `\(endpoint)`: \(ServiceFailure.advice(error))"
        case .noListeners: "nowhere to listen: the profile names no address and --listen is not given"
        case .alreadyRunning(let directory):
            "another enigm-resolverd is running with runtime directory `\(directory)`; stop it, or choose another "
                + "with --runtime-dir"
        case .controlSocket(let path, let error): "cannot make the control socket `\(path)`: \(error.reason)"
        case .system(let error): "\(error)"
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
