internal import LinuxIO
internal import NetworkTypes

/// One client of the proxy, and its way to where it wants to go. Either end's end is that of both.
final class ProxyTunnel {
    private let client: StreamSocket
    private var target: StreamSocket?
    private var dialogue: ProxyDialogue
    private let control: ProxyControl
    private let clientToken: UInt64
    private var toClient: [UInt8] = []
    private var toTarget: [UInt8] = []
    private var isOpen = false
    /// Nothing more is to be said once what there is has been.
    private var isEnding = false
    private(set) var isClosed = false

    /// What one read takes.
    private static let readSize = 1 << 14

    init(
        _ client: consuming StreamSocket, _ kind: ProxyThread.Kind, _ control: ProxyControl, token: UInt64,
        in loop: borrowing EventLoop
    ) throws(SystemError) {
        self.client = client
        self.control = control
        dialogue = ProxyDialogue(kind)
        clientToken = token
        try loop.add(self.client.descriptor, token: token, for: .readable)
    }

    private var targetToken: UInt64 { clientToken + 1 }

    func serve(_ token: UInt64, in loop: borrowing EventLoop) {
        if token == targetToken, !isOpen { finishConnecting() }
        if let bytes = readClient() { take(bytes, in: loop) }
        if isOpen, let bytes = readTarget() { toClient += bytes }
        writeClient()
        writeTarget()
        if isEnding, toClient.isEmpty { isClosed = true }
        if !isClosed { adjust(in: loop) }
    }

    private func take(_ bytes: [UInt8], in loop: borrowing EventLoop) {
        if isOpen { return toTarget += bytes }
        dialogue.receive(bytes)
        while !isEnding {
            switch dialogue.next() {
            case .wait: return
            case .say(let words): toClient += words
            case .refuse: isEnding = true
            case .connect(let request): return take(request, in: loop)
            }
        }
    }

    private func take(_ request: ProxyThread.Request, in loop: borrowing EventLoop) {
        switch control.note(request) {
        case .saysNothing: break
        case .says(let bytes): say(last: bytes)
        case .relays:
            do throws(SystemError) {
                let socket = try StreamSocket(connectingTo: request.target)
                try loop.add(socket.descriptor, token: targetToken, for: .writable)
                target = consume socket
            } catch {
                say(last: dialogue.regret)
            }
        }
    }

    private func finishConnecting() {
        guard target?.connectionError() == nil else { return say(last: dialogue.regret) }
        isOpen = true
        toClient += dialogue.welcome
    }

    private func say(last bytes: [UInt8]) {
        toClient += bytes
        isEnding = true
    }

    private func readClient() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: ProxyTunnel.readSize)
        var room = buffer.mutableSpan
        let transfer = client.read(into: &room)
        return bytes(of: transfer, in: buffer)
    }

    private func readTarget() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: ProxyTunnel.readSize)
        var room = buffer.mutableSpan
        let transfer = target?.read(into: &room) ?? .wouldBlock
        return bytes(of: transfer, in: buffer)
    }

    private func bytes(of transfer: Transfer, in buffer: [UInt8]) -> [UInt8]? {
        switch transfer {
        case .moved(let count): return Array(buffer[..<count])
        case .wouldBlock: return nil
        case .end, .failed:
            isEnding = true
            return nil
        }
    }

    private func writeClient() {
        while !toClient.isEmpty {
            switch client.write(toClient.span) {
            case .moved(let count): toClient.removeFirst(count)
            case .wouldBlock: return
            case .end, .failed: return isClosed = true
            }
        }
    }

    private func writeTarget() {
        while isOpen, !toTarget.isEmpty {
            guard case .moved(let count) = target?.write(toTarget.span) ?? .wouldBlock else { return }
            toTarget.removeFirst(count)
        }
    }

    /// Unread bytes of the peers wait in the kernel; a side that is asked for nothing is not asked about.
    private func adjust(in loop: borrowing EventLoop) {
        let clients: Readiness = toClient.isEmpty ? .readable : [.readable, .writable]
        try? loop.modify(client.descriptor, token: clientToken, for: clients)
        guard isOpen else { return }
        let targets: Readiness = toTarget.isEmpty ? .readable : [.readable, .writable]
        switch target {
        case .some(let target): try? loop.modify(target.descriptor, token: targetToken, for: targets)
        case nil: break
        }
    }
}
