internal import ByteCodec
package import LinuxIO
package import NetworkTypes
package import Varlink

/// A daemon's control socket: varlink, open to every user for reading; changing is for root, the daemon's own user
/// and the group `enigm`, by the credentials that the kernel attests.
package struct ControlServer: ~Copyable {
    /// Callers at once; one more takes the place of the one that was silent for longest.
    package static let maximumConnections = 64
    /// The first number of a caller among a daemon's descriptors; smaller ones are the daemon's own.
    package static let firstNumber: UInt64 = 16
    private static let bufferBytes = 16 * 1024

    package let listener: UnixListener
    private let service: VarlinkService
    private var connections: [UInt64: ControlConnection] = [:]
    private var nextNumber = ControlServer.firstNumber
    private var calls: [ControlCall] = []
    private var closed: [UInt64] = []
    private var buffer = ScratchBuffer(count: ControlServer.bufferBytes)
    private var reserve = DescriptorReserve()

    /// Makes the socket, named after `interface`, in place of one that a dead daemon left.
    package init(runtimeDirectory: String, program: String, interface: VarlinkInterface) throws(HostFailure) {
        listener = try ControlServer.listener(at: "\(runtimeDirectory)/\(interface.name)")
        service = VarlinkService(
            vendor: "Enigm", product: program, version: ProductVersion.text, url: "https://enigm.io",
            interfaces: [interface])
        reserve.fill(with: listener.descriptor)
    }

    /// The next call that is to be answered by ``reply(_:to:_:now:)``.
    package mutating func nextCall() -> ControlCall? { calls.isEmpty ? nil : calls.removeFirst() }

    /// A connection that has gone: a call of its that is in hand needs no reply any more.
    package mutating func nextClosed() -> UInt64? { closed.isEmpty ? nil : closed.removeFirst() }

    package mutating func accept<Watcher: DescriptorWatching & ~Copyable>(
        _ watcher: inout Watcher, now: MonotonicInstant
    ) {
        defer { reserve.fill(with: listener.descriptor) }
        while let socket = acceptNext(&watcher) {
            guard let credentials = try? socket.peerCredentials() else { continue }
            let connection = ControlConnection(
                number: nextNumber, socket: socket, credentials: credentials, service: service, now: now)
            nextNumber += 1
            if connections.count >= ControlServer.maximumConnections { closeIdlest(&watcher) }
            do {
                try watcher.watch(connection.socket.descriptor, number: connection.number, for: .readable)
                connections[connection.number] = connection
            } catch {
                // Out of memory for the kernel: the caller sees a closed connection.
            }
        }
    }

    /// Takes what a caller's descriptor is ready for.
    package mutating func serve<Watcher: DescriptorWatching & ~Copyable>(
        number: UInt64, _ readiness: Readiness, _ watcher: inout Watcher, now: MonotonicInstant
    ) {
        take(number, readiness, &watcher, now: now)
        reserve.fill(with: listener.descriptor)
    }

    private mutating func take<Watcher: DescriptorWatching & ~Copyable>(
        _ number: UInt64, _ readiness: Readiness, _ watcher: inout Watcher, now: MonotonicInstant
    ) {
        guard let connection = connections[number] else { return }
        connection.lastActivity = now
        let isBroken = readiness.contains(.error) || !connection.receive(through: &buffer)
        guard !isBroken else { return close(connection, &watcher) }
        takeCalls(of: connection, &watcher)
    }

    /// Replies to the call in hand of a connection.
    package mutating func reply<Watcher: DescriptorWatching & ~Copyable>(
        _ reply: VarlinkReply, to number: UInt64, _ watcher: inout Watcher
    ) {
        guard let connection = connections[number] else { return }
        connection.engine.send(reply)
        takeCalls(of: connection, &watcher)
    }

    /// The next caller, who gets a descriptor of the reserve, or that of the idlest, when the process has no other.
    private mutating func acceptNext<Watcher: DescriptorWatching & ~Copyable>(
        _ watcher: inout Watcher
    ) -> StreamSocket? {
        do { return try listener.accept() } catch {
            // The kernel looks for a descriptor first: it says so even when nobody waits.
            guard error.isOutOfDescriptors, listener.hasCaller else { return nil }
        }
        if !reserve.spend() { closeIdlest(&watcher) }
        return try? listener.accept()
    }

    private static func listener(at path: String) throws(HostFailure) -> UnixListener {
        do { return try UnixListener(at: path, mode: 0o666) } catch { throw .controlSocket(path: path, error) }
    }

    private mutating func takeCalls<Watcher: DescriptorWatching & ~Copyable>(
        of connection: ControlConnection, _ watcher: inout Watcher
    ) {
        while let event = connection.engine.nextEvent() {
            switch event {
            case .call(let call):
                calls.append(
                    ControlCall(
                        connection: connection.number, call: call, credentials: connection.credentials))
            case .failed, .closed: connection.isOver = true
            }
        }
        guard connection.flush(through: &buffer) else { return close(connection, &watcher) }
        if let interest = connection.changedInterest() {
            watcher.rewatch(connection.socket.descriptor, number: connection.number, for: interest)
        }
    }

    private mutating func closeIdlest<Watcher: DescriptorWatching & ~Copyable>(_ watcher: inout Watcher) {
        guard let idlest = connections.values.min(by: { $0.lastActivity < $1.lastActivity }) else { return }
        close(idlest, &watcher)
    }

    private mutating func close<Watcher: DescriptorWatching & ~Copyable>(
        _ connection: ControlConnection, _ watcher: inout Watcher
    ) {
        connections[connection.number] = nil
        closed.append(connection.number)
        watcher.unwatch(connection.socket.descriptor)
    }
}
