/// Asks a proxy for a way to one endpoint: whichever of the two protocols, by the same words. Ended, it is of no more use;
/// what was not taken of the last bytes is the first that came by the way.
///
/// How long it may take is the business of whoever drives it.
package enum ProxyHandshake: Sendable {
    case socks(SOCKSHandshake)
    case connect(ConnectHandshake)

    package enum Outcome: Equatable, Sendable {
        /// Everything from now on is the other end's.
        case open
        case failed(ProxyFailure)
    }

    /// Takes what the proxy sent, and answers how many of the bytes were for it.
    package mutating func receive(_ bytes: Span<UInt8>) -> Int {
        switch self {
        case .socks(var handshake):
            defer { self = .socks(handshake) }
            return handshake.receive(bytes)
        case .connect(var handshake):
            defer { self = .connect(handshake) }
            return handshake.receive(bytes)
        }
    }

    package mutating func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int {
        switch self {
        case .socks(var handshake):
            defer { self = .socks(handshake) }
            return handshake.drainOutput(into: &bytes)
        case .connect(var handshake):
            defer { self = .connect(handshake) }
            return handshake.drainOutput(into: &bytes)
        }
    }

    /// Nil while the proxy has not answered.
    package var outcome: Outcome? {
        switch self {
        case .socks(let handshake): handshake.outcome
        case .connect(let handshake): handshake.outcome
        }
    }
}
