import LabPeers
import LinuxIO
import NetworkTypes

/// The servers that resolvers ask here: they answer everything at once, on the processor that also asks.
final class UpstreamServers {
    static let serverName = "upstream.bench.example"

    let addresses: Upstream
    private var secure: ChildProcess
    private var plain: ChildProcess

    init(_ launcher: borrowing ServerLauncher) throws {
        let program = launcher.programs.reference
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
            plainPort: try Ports.free(), name: Self.serverName, authority: files.authority)
        let ports = [addresses.securePort] + (addresses.hasStandardPort ? [Ports.standardTLS] : [])
        var request = ChildProcess.Request(
            program, ["upstream", files.chain, files.key] + ports.map { "\(Ports.loopback($0))" })
        request.diesWithParent = true
        secure = try launcher.spawn(request, on: [launcher.machine.loadProcessor])
        request = ChildProcess.Request(program, ["batch", "\(addresses.plainPort)"])
        request.diesWithParent = true
        plain = try launcher.spawn(request, on: [launcher.machine.loadProcessor])
        try awaitBoth(launcher.interruption)
    }

    private static let patienceMilliseconds = 10_000
    private static let pauseMilliseconds = 5

    private func awaitBoth(_ interruption: Interruption) throws {
        var probe = try AnswerProbe(Ports.loopback(addresses.plainPort))
        let question = Question("start.bench.example").message
        for _ in 0..<Self.patienceMilliseconds / Self.pauseMilliseconds {
            try interruption.check()
            if secure.poll() != nil || plain.poll() != nil { break }
            if Ports.isListening(on: addresses.securePort), try probe.ask(question) { return }
            MonotonicClock.sleep(milliseconds: Self.pauseMilliseconds)
        }
        throw BenchFailure("the upstreams did not start: 127.0.0.1 is not as it should be")
    }

    deinit {
        _ = secure.terminate()
        _ = plain.terminate()
    }

    /// Of whatever was asked.
    var processorNanoseconds: UInt64 {
        ProcessFigures(identifier: secure.identifier).processorNanoseconds
            + ProcessFigures(identifier: plain.identifier).processorNanoseconds
    }
}
