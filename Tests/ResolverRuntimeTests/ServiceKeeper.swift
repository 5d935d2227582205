import Glibc
import LinuxIO
import NetworkTypes
import TestSupport
import Testing

/// What a service manager is to the daemon: it holds the listening sockets, and what the daemon gives it to keep, while one
/// process ends and the next one starts (sd_listen_fds(3), sd_notify(3)).
final class ServiceKeeper {
    let endpoint: Endpoint
    /// What is passed to the next process under the name of the cache.
    var kept: SharedDescriptor?
    private let scratch = ScratchDirectory()
    private let notifications = NotificationSocket()
    private let workers: Int
    private let sockets: [SharedDescriptor]
    private var process: LinuxIO.ChildProcess?

    init(workers: Int = 1) throws {
        self.workers = workers
        var sockets: [SharedDescriptor] = []
        var endpoint = Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 0)
        for _ in 0..<workers {
            let streams = try StreamListener(boundTo: endpoint, isShared: workers > 1)
            endpoint = streams.localEndpoint
            let datagrams = try DatagramSocket(boundTo: endpoint, isShared: workers > 1)
            sockets += [SharedDescriptor(datagrams.takeDescriptor()), SharedDescriptor(streams.takeDescriptor())]
        }
        self.sockets = sockets
        self.endpoint = endpoint
    }

    func putBundle(_ bytes: [UInt8]) { scratch.write(bytes, to: "bundle") }

    /// What all processes so far have logged.
    var log: String { TextFile.text(of: scratch.path("log")) }

    /// Starts the daemon and waits until it says that it is ready; with `sleptSeconds`, as after a sleep of the machine.
    func start(afterSleepOf sleptSeconds: Int = 0) throws {
        let program = [
            TestDaemon.program, "--bundle", scratch.path("bundle"), "--runtime-dir", scratch.path("run"), "--state-dir",
            scratch.path("state"), "--workers", "\(workers)",
        ]
        let command = (sleptSeconds > 0 ? TimeNamespace.prefix(sleptSeconds) : []) + program
        var request = LinuxIO.ChildProcess.Request(command[0], Array(command.dropFirst()))
        request.additionalDescriptors = sockets + [kept].compactMap(\.self)
        request.announcesSockets = true
        request.socketNames =
            (sockets.map { _ in "dns" } + (kept == nil ? [] : ["enigm-cache"])).joined(separator: ":")
        request.environment = [("NOTIFY_SOCKET", notifications.path), ("PATH", "/usr/bin:/bin")]
        let log = open(scratch.path("log"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(log) }
        request.error = .descriptor(log)
        process = try LinuxIO.ChildProcess(request)
        try waitFor("READY=1")
    }

    /// Ends it, and keeps what it leaves.
    func stop(_ signal: CInt = SIGTERM) {
        guard let child = process?.identifier else { return }
        kill(child, signal)
        _ = process?.wait()
        process = nil
        while let message = notifications.next() { take(message) }
    }

    /// Makes it read its bundle again, and waits until it has.
    func reload() throws {
        demandReload()
        try waitFor("RELOADING=1")
        try waitFor("READY=1")
    }

    /// Makes it read its bundle again, and hears nothing of it.
    func demandReload() {
        guard let child = process?.identifier else { return }
        kill(child, SIGHUP)
    }

    private func waitFor(_ text: String) throws {
        while true {
            try #require(notifications.wait(milliseconds: 10_000), "no \(text) in time: \(log)")
            guard let message = notifications.next() else { continue }
            take(message)
            if message.text.contains(text) { return }
        }
    }

    private func take(_ message: (text: String, descriptor: CInt?)) {
        let isOfCache = message.text.contains("FDNAME=enigm-cache")
        if message.text.contains("FDSTORE=1"), isOfCache, let descriptor = message.descriptor {
            kept = SharedDescriptor(Descriptor(owning: descriptor))
        } else if message.text.contains("FDSTOREREMOVE=1"), isOfCache {
            kept = nil
        }
    }
}

/// Another time since the start of the machine: what a process sees that a machine which slept has woken.
enum TimeNamespace {
    static let isAvailable =
        CommandResult.run("unshare", ["--user", "--map-root-user", "--time", "--boottime", "1", "--fork", "true"])
        .status
        == .exited(0)
    static let missing: Comment = "this machine does not let a process have a time namespace"

    /// Starts a program in one, as the process that sockets were passed to; what ends the starter ends it, too.
    static func prefix(_ seconds: Int) -> [String] {
        [
            "/usr/bin/unshare", "--user", "--map-root-user", "--time", "--boottime", "\(seconds)", "--fork",
            "--kill-child", "/bin/sh", "-c", "LISTEN_PID=$$ exec \"$@\"", "sh",
        ]
    }
}
