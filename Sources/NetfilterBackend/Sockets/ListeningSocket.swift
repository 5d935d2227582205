package import NetworkTypes

/// A socket of this network namespace that takes what comes to a port, whoever sends it.
package struct ListeningSocket: Hashable, Sendable {
    package let transport: TransportProtocol
    /// Unspecified for every address of this machine.
    package let address: IPAddress
    package let port: UInt16
    /// Who made it: often `root`, who then became somebody else.
    package let user: UInt32

    package init(_ transport: TransportProtocol, _ address: IPAddress, port: UInt16, user: UInt32) {
        self.transport = transport
        self.address = address
        self.port = port
        self.user = user
    }
}
