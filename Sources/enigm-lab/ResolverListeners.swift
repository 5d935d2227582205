internal import LinuxIO
internal import NetworkTypes

/// The sockets of the resolver on the caller's side, 127.0.0.1 and ::1 where the machine has it: opened before anything
/// else, and handed over. So a taken port is told before anything is started, and nobody can take it meanwhile.
struct ResolverListeners {
    /// IPv4 first; never empty.
    let endpoints: [Endpoint]
    /// UDP and TCP of each.
    let sockets: [SharedDescriptor]

    init(port: UInt16) throws(LabFailure) {
        let four = Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: port)
        let six = Endpoint(address: .v6(.loopback), port: port)
        let first = try ResolverListeners.open(four)
        do throws(SystemError) {
            sockets = first + (try ResolverListeners.opened(six))
            endpoints = [four, six]
        } catch {
            guard !error.isAddressInUse, !error.isPermissionDenied else {
                throw ResolverListeners.explained(error, at: six)
            }
            LabOutput.progress(
                "no IPv6 loopback on this machine (\(error.reason)): the resolver listens on \(four) only")
            sockets = first
            endpoints = [four]
        }
    }

    /// UDP and TCP, where the caller is.
    static func open(_ endpoint: Endpoint) throws(LabFailure) -> [SharedDescriptor] {
        do throws(SystemError) { return try opened(endpoint) } catch { throw explained(error, at: endpoint) }
    }

    private static func opened(_ endpoint: Endpoint) throws(SystemError) -> [SharedDescriptor] {
        [
            SharedDescriptor(try DatagramSocket(boundTo: endpoint).descriptor.duplicate()),
            SharedDescriptor(try StreamListener(boundTo: endpoint).descriptor.duplicate()),
        ]
    }

    private static func explained(_ error: SystemError, at endpoint: Endpoint) -> LabFailure {
        if error.isAddressInUse {
            return .environment("`\(endpoint)` is taken; stop what listens there, or choose another --resolver-port")
        }
        if error.isPermissionDenied {
            return .environment("no permission to listen on `\(endpoint)`; choose a --resolver-port above 1023")
        }
        return .environment("cannot listen on `\(endpoint)`: \(error.reason)")
    }
}
