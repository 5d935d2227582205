import Glibc
import LinuxIO
import NetworkTypes
import TestSupport
import Testing

/// What a service manager is to the daemon: it holds the listening sockets while one process ends and the next one starts
/// (sd_listen_fds(3), sd_notify(3)).
final class SocketHolder {
    let endpoint: Endpoint
    private let scratch: ScratchDirectory
    private let sockets: [SharedDescriptor]
    private let notifications: CInt
    private var process: LinuxIO.ChildProcess?
    private var log = ""

    init(_ scratch: ScratchDirectory) throws {
        self.scratch = scratch
        let streams = try StreamListener(boundTo: Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 0))
        endpoint = streams.localEndpoint
        let datagrams = try DatagramSocket(boundTo: endpoint)
        sockets = [SharedDescriptor(datagrams.takeDescriptor()), SharedDescriptor(streams.takeDescriptor())]
        notifications = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(scratch.path("notify").utf8)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(notifications, $0, size) }
        }
        try #require(result == 0)
    }

    deinit { close(notifications) }

    /// Starts the daemon and waits until it says that it is ready.
    func start() throws {
        var request = LinuxIO.ChildProcess.Request(
            TestDaemon.program,
            [
                "--bundle", scratch.path("bundle"), "--runtime-dir", scratch.path("run"), "--state-dir",
                scratch.path("state"),
            ])
        request.additionalDescriptors = sockets
        request.announcesSockets = true
        request.environment = [("NOTIFY_SOCKET", scratch.path("notify"))]
        request.error = .null
        process = try LinuxIO.ChildProcess(request)
        try waitFor("READY=1")
    }

    /// Ends it.
    func stop(_ signal: CInt) {
        guard let child = process?.identifier else { return }
        kill(child, signal)
        _ = process?.wait()
        process = nil
    }

    private func waitFor(_ text: String) throws {
        log = ""
        while !log.contains(text) { try #require(receive(timeoutMilliseconds: 10_000), "no \(text) in: \(log)") }
    }

    /// Takes one message; false when none comes.
    private func receive(timeoutMilliseconds: CInt) -> Bool {
        var request = pollfd(fd: notifications, events: Int16(POLLIN), revents: 0)
        guard poll(&request, 1, timeoutMilliseconds) == 1 else { return false }
        var text = [UInt8](repeating: 0, count: 4096)
        let count = recv(notifications, &text, text.count, 0)
        guard count > 0 else { return false }
        log += String(decoding: text[..<count], as: UTF8.self) + "\n"
        return true
    }
}
