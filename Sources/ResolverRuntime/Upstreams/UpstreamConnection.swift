internal import ByteCodec
internal import LinuxIO
internal import NetworkTypes
internal import SecureTransport

/// One TCP connection to one address of an upstream, and the session on it.
///
/// States: connecting, connected (bytes flow), ended (removed from its worker).
final class UpstreamConnection: Sending {
    let identifier: UInt64
    let transport: UpstreamTransport
    var session: SecureSession
    let startedAt: MonotonicInstant
    let endpoint: Endpoint
    /// Nil after the end.
    private(set) var channel: Channel?
    private(set) var isConnected = false
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
        channel = try Channel(
            StreamSocket(connectingTo: endpoint), Token(.upstream, identifier), in: loop, for: .writable)
    }

    /// Why connecting failed; nil once connected.
    func finishConnecting() -> SystemError? {
        guard let channel else { return .timedOut }
        if let error = channel.socket.connectionError() { return error }
        isConnected = true
        return nil
    }

    /// The profile's name for the upstream.
    var name: String { transport.plan.name }

    var isOpen: Bool { channel != nil }

    /// The address that this device has in this connection.
    var source: IPAddress? { channel?.socket.descriptor.localEndpoint?.address }

    func read(into room: inout MutableSpan<UInt8>) -> Transfer {
        channel?.socket.read(into: &room) ?? .wouldBlock
    }

    /// Closes the descriptor now, whoever still holds this object.
    func close() { channel = nil }
}
