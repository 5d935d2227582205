package import NetworkTypes

/// Who asked, and where the answer has to go. The resolver only hands it back; nothing in it is looked at except
/// the transport, which decides how long an answer may be.
package struct Client: Hashable, Sendable {
    package enum Transport: UInt8, Hashable, Sendable {
        /// UDP: at most ``Resolver/maximumDatagramSize`` bytes, TC when an answer does not fit.
        case datagram
        /// TCP.
        case stream
        /// The control socket.
        case control
    }

    package var transport: Transport
    /// The view whose listener was asked: see ``ViewConfiguration/identifier``.
    package var view: UInt16
    /// Which of the runtime's listeners.
    package var listener: UInt16
    /// Which of the runtime's streams; 0 for datagrams. See ``Resolver/clientClosed(stream:)``.
    package var stream: UInt64
    package var peer: Endpoint
    /// The address that a datagram was sent to: the answer leaves from it.
    package var local: IPAddress?

    package init(
        transport: Transport, view: UInt16 = 0, listener: UInt16 = 0, stream: UInt64 = 0, peer: Endpoint,
        local: IPAddress? = nil
    ) {
        self.transport = transport
        self.view = view
        self.listener = listener
        self.stream = stream
        self.peer = peer
        self.local = local
    }
}

extension Client {
    /// Fewer than clients: those that share one are taken for the same when there is no room for all.
    static let fingerprints = 1024

    /// A number below `fingerprints` for the socket that asks. The same in every run.
    var fingerprint: Int {
        var bits = stream &+ UInt64(peer.port) << 32 &+ UInt64(view) << 48
        switch peer.address {
        case .v4(let address): bits ^= UInt64(address.bits)
        case .v6(let address): bits ^= address.high ^ address.low
        }
        // The high bits of a product with an odd number depend on all bits.
        return Int((bits &* 0x9E37_79B9_7F4A_7C15) >> 54)
    }
}
