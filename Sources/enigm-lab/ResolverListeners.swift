internal import LinuxIO
internal import NetworkTypes

/// Where the resolver is to listen: 127.0.0.1, and ::1 where the machine has it.
struct ResolverListeners {
    /// IPv4 first; never empty.
    let endpoints: [Endpoint]

    /// Finds out by binding; a taken port is told before anything is started.
    static func available(port: UInt16) throws(LabFailure) -> ResolverListeners {
        let (four, six) = (
            Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: port),
            Endpoint(address: .v6(.loopback), port: port)
        )
        if let trouble = trouble(at: four) { throw explained(trouble, at: four) }
        guard let trouble = trouble(at: six) else { return ResolverListeners(endpoints: [four, six]) }
        guard !trouble.isAddressInUse, !trouble.isPermissionDenied else { throw explained(trouble, at: six) }
        LabOutput.progress("no IPv6 loopback on this machine (\(trouble.reason)): the resolver listens on \(four) only")
        return ResolverListeners(endpoints: [four])
    }

    private static func trouble(at endpoint: Endpoint) -> SystemError? {
        do throws(SystemError) {
            _ = try DatagramSocket(boundTo: endpoint)
            _ = try StreamListener(boundTo: endpoint)
            return nil
        } catch {
            return error
        }
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
