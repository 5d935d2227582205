internal import CLinux
internal import Glibc

/// A system call that failed: which one, and the kernel's reason.
package struct SystemError: Error, Sendable {
    /// The call, or what it was for, as a person should read it: ``bind``, ``open `/etc/x` ``.
    package let call: String
    package let errno: CInt

    package init(call: String, errno: CInt) {
        self.call = call
        self.errno = errno
    }

    /// The calling thread's last error.
    init(_ call: String) {
        self.init(call: call, errno: Glibc.errno)
    }

    /// A connection that was not made in the time we gave it.
    package static let timedOut = SystemError(call: "connect", errno: ETIMEDOUT)

    package var isPermissionDenied: Bool { errno == EACCES || errno == EPERM }
    package var isNotFound: Bool { errno == ENOENT }
    package var isAddressInUse: Bool { errno == EADDRINUSE }
    package var isAddressNotAvailable: Bool { errno == EADDRNOTAVAIL }
    package var isConnectionRefused: Bool { errno == ECONNREFUSED }
    package var isConnectionReset: Bool { errno == ECONNRESET || errno == EPIPE || errno == ECONNABORTED }
    package var isNoDevice: Bool { errno == ENODEV || errno == ENXIO }
    package var isTimedOut: Bool { errno == ETIMEDOUT }
    package var isUnreachable: Bool { errno == ENETUNREACH || errno == EHOSTUNREACH || errno == ENETDOWN }
    package var isOutOfDescriptors: Bool { errno == EMFILE || errno == ENFILE }

    /// The kernel's reason alone, lower case: `address already in use`.
    package var reason: String {
        // The text is static and never null.
        let text = unsafe String(cString: enigm_error_text(errno))
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}

extension SystemError: Equatable {
    /// Which call it was is for people; the number decides.
    package static func == (left: SystemError, right: SystemError) -> Bool { left.errno == right.errno }
}

extension SystemError: CustomStringConvertible {
    package var description: String { "\(call): \(reason)" }
}

/// Passes a call's answer on, or throws what it failed with.
@discardableResult
func check(_ result: CInt, _ call: @autoclosure () -> String) throws(SystemError) -> CInt {
    guard result >= 0 else { throw SystemError(call()) }
    return result
}
