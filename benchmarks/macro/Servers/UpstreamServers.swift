import LabPeers
import LinuxIO
import NetworkTypes

/// The servers that resolvers ask here: they answer everything at once, on the processor that also asks.
final class UpstreamServers {
    static let serverName = "upstream.bench.example"

    let addresses: Upstream
    private var secure: ChildProcess
    private var https: ChildProcess
    private var plain: ChildProcess

    init(_ launcher: borrowing ServerLauncher) throws {
        let directory = launcher.scratch.path
        let authority = CertificateAuthority()
        let identity = authority.issue(LeafTemplate(name: Self.serverName, addresses: [Ports.loopback(0).address]))
        let files = (
            authority: "\(directory)/authority.pem", chain: "\(directory)/chain.pem", key: "\(directory)/key.pem"
        )
        try FileContents.replace(files.authority, with: Array(authority.certificate.pem.utf8))
        try FileContents.replace(files.chain, with: Array(identity.chainPEM.utf8))
        try FileContents.replace(files.key, with: Array(identity.key.pem.utf8), mode: 0o600)
        addresses = Upstream(
            securePort: try Ports.free(), hasStandardPort: Ports.canListen(on: Ports.standardTLS),
            httpsPort: try Ports.free(), plainPort: try Ports.free(), name: Self.serverName,
            authority: files.authority)
        let ports = [addresses.securePort] + (addresses.hasStandardPort ? [Ports.standardTLS] : [])
        secure = try Self.start(
            ["upstream", files.chain, files.key] + ports.map { "\(Ports.loopback($0))" }, by: launcher)
        https = try Self.start(
            ["https", files.chain, files.key, "\(Ports.loopback(addresses.httpsPort))"], by: launcher)
        plain = try Self.start(["batch", "\(addresses.plainPort)"], by: launcher)
        try awaitAll(launcher.interruption)
    }

    private static func start(_ arguments: [String], by launcher: borrowing ServerLauncher) throws -> ChildProcess {
        var request = ChildProcess.Request(launcher.programs.reference, arguments)
        request.diesWithParent = true
        return try launcher.spawn(request, on: [launcher.machine.loadProcessor])
    }

    private static let patienceMilliseconds = 10_000
    private static let pauseMilliseconds = 5

    private func awaitAll(_ interruption: Interruption) throws {
        var probe = try AnswerProbe(Ports.loopback(addresses.plainPort))
        let question = Question("start.bench.example").message
        for _ in 0..<Self.patienceMilliseconds / Self.pauseMilliseconds {
            try interruption.check()
            if secure.poll() != nil || https.poll() != nil || plain.poll() != nil { break }
            let isListening = [addresses.securePort, addresses.httpsPort].allSatisfy { Ports.isListening(on: $0) }
            if isListening, try probe.ask(question) { return }
            MonotonicClock.sleep(milliseconds: Self.pauseMilliseconds)
        }
        throw BenchFailure("the upstreams did not start: 127.0.0.1 is not as it should be")
    }

    deinit {
        _ = secure.terminate()
        _ = https.terminate()
        _ = plain.terminate()
    }

    /// Of whatever was asked.
    var processorNanoseconds: UInt64 {
        [secure.identifier, https.identifier, plain.identifier].reduce(0) {
            $0 + ProcessFigures(identifier: $1).processorNanoseconds
        }
    }
}
