package import NetworkTypes
package import ProxyEngine

/// How connections to an upstream leave: so, or not at all.
package enum UpstreamEgress: Equatable, Sendable {
    /// As the kernel routes them.
    case routed
    /// By that interface.
    case device(String)
    /// Through a SOCKS proxy, which keeps those with other credentials apart.
    case socks(Endpoint, SOCKSHandshake.Credentials)
    /// Through a proxy that takes HTTP's CONNECT.
    case connect(Endpoint)

    package var proxy: Endpoint? {
        switch self {
        case .routed, .device: nil
        case .socks(let proxy, _), .connect(let proxy): proxy
        }
    }

    /// What is connected to for a connection to `endpoint`.
    func hop(towards endpoint: Endpoint) -> Endpoint { proxy ?? endpoint }

    /// The loopback has a device of its own.
    func device(towards endpoint: Endpoint) -> String? {
        guard case .device(let name) = self, !endpoint.address.isLoopback else { return nil }
        return name
    }

    func handshake(to endpoint: Endpoint) -> ProxyHandshake? {
        switch self {
        case .routed, .device: nil
        case .socks(_, let credentials): .socks(SOCKSHandshake(to: endpoint, as: credentials))
        case .connect: .connect(ConnectHandshake(to: endpoint))
        }
    }
}
