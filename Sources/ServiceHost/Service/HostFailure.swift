package import Bundle
package import Cryptography
package import LinuxIO

/// Why a daemon does not start, or a bundle is refused, for reasons that every daemon here shares: the world's fault,
/// told in one line that says what to do.
package enum HostFailure: Error {
    case bundleUnreadable(FileContents.ReadError)
    case bundleRefused(path: String, BundleError)
    case rollback(path: String, version: UInt64, floor: UInt64)
    case keyUnreadable(FileContents.ReadError)
    case keyInvalid(path: String, KeyError)
    case stateUnreadable(path: String)
    case directory(SystemError)
    case directoryNotWritable(String)
    case alreadyRunning(program: String, runtimeDirectory: String)
    case controlSocket(path: String, SystemError)
    case system(SystemError)
}

extension HostFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .bundleUnreadable(let error): "cannot read the bundle: \(error)"
        case .bundleRefused(let path, let error): "bundle `\(path)` refused: \(error)"
        case .rollback(let path, let version, let floor):
            "bundle `\(path)` refused: profile version \(version) is older than \(floor), which was in force before; "
                + "to go back, say --allow-rollback"
        case .keyUnreadable(let error): "cannot read the trusted key: \(error)"
        case .keyInvalid(let path, let error): "`\(path)` is no Ed25519 public key: \(error)"
        case .stateUnreadable(let path): "`\(path)` is damaged; remove it to begin anew"
        case .directory(let error): "cannot \(error.call): \(error.reason)"
        case .directoryNotWritable(let path):
            "cannot write to directory `\(path)`: change its owner, or choose another with --runtime-dir or --state-dir"
        case .alreadyRunning(let program, let directory):
            "another \(program) is running with runtime directory `\(directory)`; stop it, or choose another with "
                + "--runtime-dir"
        case .controlSocket(let path, let error): "cannot make the control socket `\(path)`: \(error.reason)"
        case .system(let error): "\(error)"
        }
    }
}
