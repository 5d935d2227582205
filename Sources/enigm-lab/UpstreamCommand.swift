internal import ArgumentParser
internal import DNSWire
internal import LabPeers
internal import LinuxIO
internal import NetworkTypes

/// An upstream alone, with faults on demand: for trying a resolver of one's own against it.
struct UpstreamCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upstream",
        abstract: "Serve the zone lab.example over TLS and HTTPS until stopped, with faults by a script.",
        discussion: """
            Speaks DNS over TLS or over HTTPS (POST to /dns-query), as the client asks on the one port; there is no \
            plain DNS. Prints one line when it is up, and on standard error what its script does. On SIGUSR1, and when \
            it stops, it prints what it has seen.

            \(ScriptOptions.help)
            """)

    @Option(help: ArgumentHelp("Where to listen; port 0 takes a free one.", valueName: "addr:port"))
    var listen = EndpointArgument(Endpoint(address: .v4(IPv4Address(127, 0, 0, 1)), port: 8853))

    @Option(help: ArgumentHelp("The host name in the certificate.", valueName: "host"))
    var name = "dns.lab.example"

    @Option(help: ArgumentHelp("Write the authority's certificate (PEM) there.", valueName: "file"))
    var writeCa: String?

    @Option(help: ArgumentHelp("Serve this zone instead (docs/lab.md has the format).", valueName: "file"))
    var zone: String?

    @OptionGroup(title: "How it behaves") var conduct: ScriptOptions

    /// A zone is held in memory several times over.
    private static let maximumZoneBytes = 64 << 20

    func run() throws {
        let signals = try LabSignals()
        let authority = CertificateAuthority()
        let script = try conduct.read()
        let tls = script.tls(name: name, addresses: [listen.endpoint.address], authority: authority)
        let server = try start(tls, try readZone(), script)
        if let writeCa { try write(authority.certificate.pem, to: writeCa) }
        LabOutput.result(["DNS over \(UpstreamCommand.name(script.transport)) on \(server.endpoint) as \(name)"])
        while try signals.wait() == .user1 { report(server.counters) }
        server.stop()
        report(server.counters)
    }

    private func start(
        _ tls: TLSServerConfiguration, _ zone: Zone, _ script: Script
    ) throws(LabFailure) -> UpstreamServerThread {
        do throws(SystemError) {
            return try UpstreamServerThread(
                listeningOn: listen.endpoint, tls: tls, zone: zone, script: script,
                log: conduct.log)
        } catch {
            throw .environment("\(error); choose another address with --listen")
        }
    }

    private static func name(_ transport: Script.Transport?) -> String {
        switch transport {
        case .dot: "TLS"
        case .doh: "HTTPS"
        case nil: "TLS and HTTPS"
        }
    }

    private func readZone() throws(LabFailure) -> Zone {
        guard let zone else { return LabZone.zone }
        do {
            let bytes = try FileContents.read(zone, limitBytes: UpstreamCommand.maximumZoneBytes)
            return try Zone(text: String(decoding: bytes, as: UTF8.self))
        } catch let error as ZoneTextError {
            throw .findings("enigm-lab: `\(zone)`, \(error)\n")
        } catch {
            throw .environment("\(error)")
        }
    }

    private func write(_ pem: String, to path: String) throws(LabFailure) {
        do throws(SystemError) { try FileContents.replace(path, with: Array(pem.utf8)) } catch {
            throw .environment("cannot write `\(path)`: \(error.reason)")
        }
    }

    private func report(_ counters: UpstreamServerCounters) {
        LabOutput.progress(
            "\(counters.connections) connections, \(counters.handshakes) handshakes (\(counters.resumed) resumed, "
                + "\(counters.failedHandshakes) failed), \(counters.queries) queries, \(counters.answers) answers")
    }
}
