internal import ByteCodec
internal import LinuxIO
internal import NetworkTypes
internal import ProxyEngine
internal import ResolverCore
internal import SecureTransport

/// One TCP connection to one address of an upstream, and the session on it.
///
/// States: connecting, connected, open (a proxy on the way has connected, and bytes flow), ended (removed from its worker).
final class UpstreamConnection: Sending {
    let identifier: UInt64
    let transport: UpstreamTransport
    var session: SecureSession
    let startedAt: MonotonicInstant
    let endpoint: Endpoint
    /// On which way it goes.
    let networkEpoch: UInt64
    /// Nil after the end.
    private(set) var channel: Channel?
    private(set) var isConnected = false
    /// What is still to be said to a proxy before the session has its say.
    private var handshake: ProxyHandshake?
    /// Whether the server has proved who it is.
    var wasEstablished = false
    var isListed = false

    /// `channel` is connecting to one of the transport's addresses, on the way that is known now.
    init(
        identifier: UInt64, transport: UpstreamTransport, address: Int, channel: Channel,
        session: consuming SecureSession, now: MonotonicInstant
    ) {
        startedAt = now
        self.identifier = identifier
        self.transport = transport
        self.session = session
        self.channel = channel
        endpoint = transport.plan.endpoints[address]
        networkEpoch = transport.networkEpoch
        handshake = transport.plan.egress.handshake(to: endpoint)
    }

    /// Why connecting failed; nil once connected.
    func finishConnecting() -> SystemError? {
        guard let channel else { return .timedOut }
        if let error = channel.socket.connectionError() { return error }
        isConnected = true
        return nil
    }

    /// Whether a proxy has still to connect.
    var isAskingProxy: Bool { handshake != nil }

    /// Gives what has come to a proxy's handshake; how many bytes it took, or why it failed.
    func receiveFromProxy(_ bytes: Span<UInt8>) throws(ProxyFailure) -> Int {
        guard var handshake else { return 0 }
        let count = handshake.receive(bytes)
        switch handshake.outcome {
        case .failed(let failure): throw failure
        case .open: self.handshake = nil
        case nil: self.handshake = handshake
        }
        return count
    }

    /// What is to be sent now: to a proxy, or to the upstream.
    func drainOutput(into bytes: inout MutableSpan<UInt8>) -> Int {
        handshake?.drainOutput(into: &bytes) ?? session.drainOutput(into: &bytes)
    }

    /// Why a connection failed that nothing has come of in time; nil once bytes flow.
    var overdue: UpstreamFailure? {
        if isAskingProxy { return .proxyTimedOut }
        return isConnected ? nil : .connectTimedOut
    }

    var isOpen: Bool { channel != nil }

    func read(into room: inout MutableSpan<UInt8>) -> Transfer {
        channel?.socket.read(into: &room) ?? .wouldBlock
    }

    /// Closes the descriptor now, whoever still holds this object.
    func close() { channel = nil }
}
