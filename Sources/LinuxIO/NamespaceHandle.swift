internal import CLinux
internal import Glibc
internal import Synchronization

/// A namespace that an open descriptor keeps: it lives at least as long, whoever is in it.
package final class NamespaceHandle: Sendable {
    package let descriptor: SharedDescriptor

    /// A fresh network namespace with nothing in it but a loopback device that is down.
    package static func newNetwork() throws(SystemError) -> NamespaceHandle {
        NamespaceHandle(Descriptor(owning: try check(enigm_new_network_namespace(), "make a network namespace")))
    }

    /// `path` names one: `/proc/PID/ns/net`, or a link to such a file.
    package convenience init(_ path: String) throws(SystemError) {
        self.init(Descriptor(owning: try check(unsafe enigm_open(path, O_RDONLY, 0), "open `\(path)`")))
    }

    private init(_ descriptor: consuming Descriptor) { self.descriptor = SharedDescriptor(descriptor) }

    /// A name for it, as long as this process keeps it.
    package var path: String { "/proc/\(getpid())/fd/\(rawValue)" }

    var rawValue: CInt { descriptor.descriptor.rawValue }

    /// Moves the calling thread there, for good.
    package func enter() throws(SystemError) {
        try check(enigm_enter_namespace(rawValue), "enter a namespace")
    }

    /// Runs `body` on a thread that is there. Sockets, threads and processes that it makes stay there. An ordinary user
    /// could not come back: hence a thread.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) throws(SystemError) -> Value {
        let outcome = Outcome<Value>()
        let thread = try Thread { [self] in
            do throws(SystemError) {
                try enter()
                outcome.put(.success(body()))
            } catch {
                outcome.put(.failure(error))
            }
        }
        thread.join()
        return try outcome.take().get()
    }

    /// What a thread hands back.
    private final class Outcome<Value: Sendable>: Sendable {
        private let result = Mutex<Result<Value, SystemError>?>(nil)

        func put(_ value: Result<Value, SystemError>) { result.withLock { $0 = value } }

        func take() -> Result<Value, SystemError> {
            guard let value = result.withLock({ $0 }) else { preconditionFailure("the thread has left no result") }
            return value
        }
    }
}
