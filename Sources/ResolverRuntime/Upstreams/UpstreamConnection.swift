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
    /// Nil after the end.
    private(set) var channel: Channel?
    private(set) var isConnected = false
    /// What is still to be said to a proxy before the session has its say.
    private var handshake: ProxyHandshake?
    /// Whether the server has proved who it is.
    var wasEstablished = false
    var isListed = false

    /// Starts to connect; fails at once where the kernel does.
    init(
        identifier: UInt64, transport: UpstreamTransport, endpoint: Endpoint, session: consuming SecureSession,
        in loop: borrowing EventLoop, now: MonotonicInstant
    ) throws(SystemError) {
        startedAt = now
        self.identifier = identifier
        self.transport = transport
        self.endpoint = endpoint
        self.session = session
        let egress = transport.plan.egress
        handshake = egress.handshake(to: endpoint)
        channel = try Channel(
            StreamSocket(connectingTo: egress.hop(towards: endpoint), by: egress.device(towards: endpoint)),
            Token(.upstream, identifier), in: loop, for: .writable)
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

    /// The address that this device has in this connection.
    var source: IPAddress? { channel?.socket.descriptor.localEndpoint?.address }

    func read(into room: inout MutableSpan<UInt8>) -> Transfer {
        channel?.socket.read(into: &room) ?? .wouldBlock
    }

    /// Closes the descriptor now, whoever still holds this object.
    func close() { channel = nil }
}
